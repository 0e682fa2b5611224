import { ensure, type Operation } from "effection";
import type { TestClock } from "../clock/index.ts";
import type { ToolClock } from "./source.ts";

/** The tool's clock and the agent's, which a case can set wrong. Time itself is the test's. */
export interface Clocks {
  readonly tool: ToolClock;
  /** From now on the tool's clock is ahead of the true time by this much, ms. */
  setTool(aheadMs: number): void;
  /** From now on `Date.now()`, but no monotonic clock, is ahead of the true time by this much, ms. */
  setMachine(aheadMs: number): void;
}

export function* useClocks(clock: TestClock): Operation<Clocks> {
  const trueNow = Date.now;
  let toolAheadMs = 0;
  yield* ensure(() => {
    Date.now = trueNow;
  });
  return {
    tool: { now: () => clock.now() + toolAheadMs },
    setTool(aheadMs) {
      toolAheadMs = aheadMs;
    },
    setMachine(aheadMs) {
      Date.now = () => clock.now() + aheadMs;
    },
  };
}
