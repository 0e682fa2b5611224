import { describe, expect, test } from "vitest";
import { describeEnd, outcomeOf } from "../../../../agents/databricks/statuses.ts";

const ofState = (life_cycle_state: string, result_state?: string, startMs = 1) =>
  outcomeOf({ state: { life_cycle_state, result_state }, startMs });
const ofStatus = (state: string, code?: string, startMs = 1) =>
  outcomeOf({ status: { state, termination_details: code === undefined ? undefined : { code } }, startMs });

describe("state", () => {
  test.each([
    ["RUNNING", undefined, "RUNNING"],
    ["TERMINATING", undefined, "RUNNING"],
    ["TERMINATING", "SUCCESS", "RUNNING"],
    ["PENDING", undefined, "RUNNING"],
    ["BLOCKED", undefined, "PENDING"],
    ["WAITING_FOR_RETRY", undefined, "PENDING"],
    ["QUEUED", undefined, "PENDING"],
    ["TERMINATED", "SUCCESS", "COMPLETED"],
    ["TERMINATED", "FAILED", "FAILED"],
    ["TERMINATED", "TIMEDOUT", "FAILED"],
    ["TERMINATED", "CANCELED", "FAILED"],
    ["TERMINATED", "MAXIMUM_CONCURRENT_RUNS_REACHED", "FAILED"],
    ["TERMINATED", "UPSTREAM_FAILED", "FAILED"],
    ["TERMINATED", "UPSTREAM_CANCELED", "FAILED"],
    ["TERMINATED", "SUCCESS_WITH_FAILURES", "COMPLETED_WITH_WARNINGS"],
    ["TERMINATED", "EXCLUDED", "COMPLETED_WITH_WARNINGS"],
    ["TERMINATED", "DISABLED", "COMPLETED_WITH_WARNINGS"],
    ["TERMINATED", "SKIPPED", "COMPLETED_WITH_WARNINGS"],
    ["INTERNAL_ERROR", "SKIPPED", "COMPLETED_WITH_WARNINGS"],
    ["INTERNAL_ERROR", "SUCCESS", "FAILED"],
    ["INTERNAL_ERROR", undefined, "FAILED"],
    ["SKIPPED", undefined, "COMPLETED_WITH_WARNINGS"],
  ] as const)("%s with result %s is %s", (lifeCycle, result, progress) => {
    const outcome = ofState(lifeCycle, result);
    expect([outcome.progress, outcome.unknown]).toEqual([progress, undefined]);
  });

  test("PENDING without a time of its start has not begun", () => {
    expect(ofState("PENDING", undefined, 0).progress).toBe("PENDING");
  });

  test.each([undefined, "EXPLODED"])("TERMINATED with result %s is FAILED, and remarkable", (result) => {
    expect(ofState("TERMINATED", result)).toMatchObject({
      progress: "FAILED",
      unknown: `result_state ${result ?? "missing"}`,
    });
  });

  test("that nobody knows says nothing, and is remarkable", () => {
    expect(ofState("PAUSED")).toMatchObject({ progress: "PENDING", unknown: "life_cycle_state PAUSED" });
    expect(outcomeOf({ startMs: 1 })).toMatchObject({ progress: "PENDING", unknown: "no state" });
    expect(outcomeOf({ state: {}, status: null, startMs: 1 })).toMatchObject({ unknown: "no state" });
  });

  test("goes before status, unless nobody knows it", () => {
    const status = { state: "TERMINATED", termination_details: { code: "SUCCESS" } };
    expect(outcomeOf({ state: { life_cycle_state: "RUNNING" }, status, startMs: 1 }).progress).toBe("RUNNING");
    expect(outcomeOf({ state: { life_cycle_state: "PAUSED" }, status, startMs: 1 })).toMatchObject({
      progress: "COMPLETED",
    });
  });
});

describe("status", () => {
  test.each([
    ["QUEUED", undefined, "PENDING"],
    ["BLOCKED", undefined, "PENDING"],
    ["WAITING", undefined, "PENDING"],
    ["PENDING", undefined, "RUNNING"],
    ["RUNNING", undefined, "RUNNING"],
    ["TERMINATING", undefined, "RUNNING"],
    ["TERMINATED", "SUCCESS", "COMPLETED"],
    ["TERMINATED", "SUCCESS_WITH_FAILURES", "COMPLETED_WITH_WARNINGS"],
    ["TERMINATED", "SKIPPED", "COMPLETED_WITH_WARNINGS"],
    ["TERMINATED", "DISABLED", "COMPLETED_WITH_WARNINGS"],
    ["TERMINATED", "MAX_CONCURRENT_RUNS_EXCEEDED", "COMPLETED_WITH_WARNINGS"],
    ["TERMINATED", "MAX_JOB_QUEUE_SIZE_EXCEEDED", "COMPLETED_WITH_WARNINGS"],
    ["TERMINATED", "USER_CANCELED", "FAILED"],
    ["TERMINATED", "A_CODE_OF_TOMORROW", "FAILED"],
    ["TERMINATED", undefined, "FAILED"],
  ] as const)("%s with code %s is %s", (state, code, progress) => {
    const outcome = ofStatus(state, code);
    expect([outcome.progress, outcome.unknown]).toEqual([progress, undefined]);
  });

  test("PENDING without a time of its start has not begun", () => {
    expect(ofStatus("PENDING", undefined, 0).progress).toBe("PENDING");
  });

  test("brings its message", () => {
    const status = { state: "TERMINATED", termination_details: { code: "DRIVER_ERROR", message: "Out of memory." } };
    expect(outcomeOf({ status, startMs: 1 })).toEqual({
      progress: "FAILED",
      reason: "DRIVER_ERROR",
      message: "Out of memory.",
    });
  });

  test("that nobody knows says nothing, and is remarkable", () => {
    expect(ofStatus("PAUSED")).toMatchObject({ progress: "PENDING", unknown: "status.state PAUSED" });
  });
});

test.each([
  [ofState("TERMINATED", "FAILED"), "failed!"],
  [ofState("TERMINATED", "CANCELED"), "was canceled."],
  [ofState("TERMINATED", "UPSTREAM_CANCELED"), "was canceled."],
  [ofState("TERMINATED", "TIMEDOUT"), "timed out."],
  [ofState("SKIPPED"), "was skipped."],
  [ofState("INTERNAL_ERROR", "SKIPPED"), "was skipped."],
  [ofState("INTERNAL_ERROR"), "failed!"],
  [ofState("TERMINATED", "SUCCESS_WITH_FAILURES"), "completed, but some of its tasks failed."],
  [
    ofState("TERMINATED", "MAXIMUM_CONCURRENT_RUNS_REACHED"),
    "was skipped: as many runs of its job as may be were active.",
  ],
  [ofStatus("TERMINATED", "USER_CANCELED"), "was canceled."],
  [ofStatus("TERMINATED", "MAX_CONCURRENT_RUNS_EXCEEDED"), "was skipped."],
])("%j is put into words: %s", (outcome, words) => {
  expect(describeEnd(outcome)).toBe(words);
});
