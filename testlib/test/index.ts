export { atEnd, TestClockContext, whenFailed } from "./contexts.ts";
export { clockTest } from "./test.ts";
export type { ClockFixture, Fixture, FixturesOf, Opened, RowBody, Test, TestBody, TestOptions } from "./types.ts";
