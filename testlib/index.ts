export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, vi } from "vitest";
export * from "./agent-process/index.ts";
export * from "./agent-target/index.ts";
export { type CapturedLine, type CapturedLog, captureLog } from "./capture-log.ts";
export { backgroundTimer, installTestClock, type TestClock, type TestClockOptions } from "./clock/index.ts";
export * from "./observability-server/index.ts";
export { type RunContexts, useRunContexts } from "./run-contexts.ts";
export { type RowBody, type TestBody, type TestFixtures, type TestOptions, test } from "./test/index.ts";
export { thrownBy } from "./thrown-by.ts";
