import type { Operation } from "effection";
import type { TestClock, TestClockOptions } from "../clock/index.ts";

export interface TestFixtures {
  /**
   * Virtual time, from the first line of the body on: a body gets it by naming it, `function* ({ clock }) { … }`. One that
   * does not runs in real time.
   */
  readonly clock: TestClock;
}

export interface TestOptions {
  readonly clock?: Omit<TestClockOptions, "onFailure">;
  /** Real time the body may take; 10 s by default. */
  readonly timeoutMs?: number;
}

/** Runs as an Effection operation in a scope of its own; what it spawns is halted when it ends. */
export type TestBody = (fixtures: TestFixtures) => Operation<unknown>;
export type RowBody<Row> = (row: Row, fixtures: TestFixtures) => Operation<unknown>;
