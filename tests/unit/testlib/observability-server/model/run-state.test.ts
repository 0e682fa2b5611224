import { describe, expect, test } from "vitest";
import {
  applySighting,
  applyStatus,
  type RunState,
  type RunStatus,
} from "../../../../../testlib/observability-server/model/run-state.ts";

/** The state after run-status events in the order of their arrival: [status, time]. */
function stateAfter(...events: readonly (readonly [RunStatus, number])[]): RunState | undefined {
  return events.reduce<RunState | undefined>((state, [status, at]) => applyStatus(state, status, at), undefined);
}

describe("a run-status event", () => {
  test("starts a run with RUNNING", () => {
    expect(stateAfter(["RUNNING", 10])).toEqual({ status: "RUNNING", startUs: 10 });
  });

  test.each(["COMPLETED", "COMPLETED_WITH_WARNINGS", "FAILED"] as const)("ends it with %s", (status) => {
    expect(stateAfter(["RUNNING", 10], [status, 20])).toEqual({ status, startUs: 10, endUs: 20 });
  });

  test("makes a run with start = end when it ends one that was never RUNNING", () => {
    expect(stateAfter(["COMPLETED", 20])).toEqual({ status: "COMPLETED", startUs: 20, endUs: 20 });
  });

  test("moves only the start back when RUNNING arrives after COMPLETED", () => {
    expect(stateAfter(["COMPLETED", 20], ["RUNNING", 10])).toEqual({ status: "COMPLETED", startUs: 10, endUs: 20 });
  });

  test.each([
    [["RUNNING", 10] as const, ["COMPLETED", 10] as const],
    [["COMPLETED", 10] as const, ["RUNNING", 10] as const],
  ])("leaves COMPLETED at equal times, in either order (%s, %s)", (first, second) => {
    expect(stateAfter(first, second)).toEqual({ status: "COMPLETED", startUs: 10, endUs: 10 });
  });

  test("replaces an end by a strictly later one, and by no other", () => {
    const ended = { status: "COMPLETED", startUs: 10, endUs: 20 };
    expect(stateAfter(["RUNNING", 10], ["COMPLETED", 20], ["FAILED", 20])).toEqual(ended);
    expect(stateAfter(["RUNNING", 10], ["COMPLETED", 20], ["FAILED", 19])).toEqual(ended);
    expect(stateAfter(["RUNNING", 10], ["COMPLETED", 20], ["FAILED", 21])).toEqual({
      status: "FAILED",
      startUs: 10,
      endUs: 21,
    });
  });

  test("opens the run again with a RUNNING strictly later than its end", () => {
    expect(stateAfter(["RUNNING", 10], ["FAILED", 20], ["RUNNING", 21])).toEqual({ status: "RUNNING", startUs: 10 });
    expect(stateAfter(["RUNNING", 10], ["FAILED", 20], ["RUNNING", 20])).toMatchObject({ status: "FAILED", endUs: 20 });
  });

  test("changes nothing when RUNNING is repeated later", () => {
    expect(stateAfter(["RUNNING", 10], ["RUNNING", 15])).toEqual({ status: "RUNNING", startUs: 10 });
  });
});

test("another event makes a run RUNNING, and changes a known one in nothing", () => {
  const ended: RunState = { status: "FAILED", startUs: 10, endUs: 20 };
  expect(applySighting(undefined, 5)).toEqual({ status: "RUNNING", startUs: 5 });
  expect(applySighting(ended, 5)).toBe(ended);
});
