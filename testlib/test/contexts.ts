import { createContext, ensure, type Operation } from "effection";
import type { TestClock } from "../clock/index.ts";

/** The clock of the running test, when it has one. */
export const TestClockContext = createContext<TestClock>("observability-agents.test-clock");

export interface RunningTest {
  /** Takes what is wrong with a test that has ended. */
  fail(error: unknown): void;
  /** Calls `show` when the test has failed and all of it is closed. */
  whenFailed(show: () => void): void;
}
export const RunningTestContext = createContext<RunningTest>("observability-agents.running-test");

/**
 * For fixtures: runs `check` when the test closes them, after its body and all it has spawned. What it throws fails the
 * test and hides no other failure; an error out of `ensure` might.
 */
export function* atEnd(check: () => void): Operation<void> {
  const test = yield* RunningTestContext.get();
  yield* ensure(() => {
    try {
      check();
    } catch (error) {
      if (test === undefined) throw error;
      test.fail(error);
    }
  });
}

/** For fixtures: shows what helps to understand why the test has failed, if it has. */
export function* whenFailed(show: () => void): Operation<void> {
  (yield* RunningTestContext.get())?.whenFailed(show);
}
