export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, vi } from "vitest";
export * from "./agent-process/index.ts";
export * from "./agent-target/index.ts";
export { backgroundTimer, installTestClock, type TestClock, type TestClockOptions } from "./clock/index.ts";
export * from "./fixtures/index.ts";
export * from "./observability-server/index.ts";
export * from "./source-suite/index.ts";
export { atEnd, type Fixture, type FixturesOf, type TestOptions, whenFailed } from "./test/index.ts";
export { thrownBy } from "./thrown-by.ts";
