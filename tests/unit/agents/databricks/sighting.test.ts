import { describe, expect, test } from "vitest";
import { toRun } from "../../../../agents/databricks/replies.ts";
import { needOf } from "../../../../agents/databricks/sighting.ts";
import type { WatchedRun } from "../../../../agents/databricks/watched-run.ts";
import { ended, runJson, running, T0, taskJson } from "./support.ts";

const watched = (changes: Partial<WatchedRun> = {}): WatchedRun => ({
  jobId: "620000000000123",
  progress: "RUNNING",
  attempt: 0,
  startMs: T0,
  endedAtMs: 0,
  toldUntilMs: 0,
  tasks: { "901": "RUNNING" },
  ...changes,
});
const failed = watched({ progress: "FAILED", endedAtMs: T0 + 60_000, tasks: { "901": "FAILED" } });
const over = watched({ progress: "COMPLETED", endedAtMs: T0 + 60_000, tasks: {} });

const waiting = watched({ progress: "PENDING", attempt: 1, endedAtMs: T0 + 60_000 });
const untold = watched({ progress: "PENDING", tasks: {} });
const queued = { life_cycle_state: "QUEUED" };

const task = taskJson(901, "a", { start_time: T0, state: running() });
const blocked = taskJson(902, "b");
const listed = (changes: Parameters<typeof runJson>[0]) => toRun(runJson({ tasks: [task], ...changes }), "The list");

describe("a run in a list, compared with what was reported", () => {
  test.each([
    ["goes on as before", watched(), {}, "nothing"],
    ["goes on as before, with tasks that wait", watched(), { tasks: [task, blocked] }, "nothing"],
    ["has begun", watched({ progress: "PENDING", tasks: {} }), { tasks: [] }, "report"],
    ["waits for its turn", watched({ progress: "PENDING" }), { state: { life_cycle_state: "QUEUED" } }, "nothing"],
    ["has a task that has begun", watched({ tasks: {} }), {}, "report"],
    ["has a task that has ended", watched(), { tasks: [{ ...task, state: ended("SUCCESS") }] }, "report"],
    ["has ended", watched(), { end_time: T0 + 60_000, state: ended("SUCCESS") }, "look up"],
    ["is shown without tasks", watched(), { tasks: undefined }, "look up"],
    ["has more tasks than are shown", watched(), { has_more: true }, "look up"],
    [
      "has as many tasks as can be shown",
      watched(),
      { tasks: Array.from({ length: 100 }, (_, at) => taskJson(at, "t")) },
      "look up",
    ],
    [
      "has a retried task: perhaps a repair",
      watched(),
      { tasks: [{ ...task, run_id: 950, attempt_number: 1 }] },
      "look up",
    ],
    [
      "has a retried task that was reported",
      watched({ tasks: { "950": "RUNNING" } }),
      { tasks: [{ ...task, run_id: 950, attempt_number: 1 }] },
      "nothing",
    ],
    ["has failed as reported", failed, { end_time: T0 + 60_000, state: ended("FAILED") }, "nothing"],
    ["has failed later than reported", failed, { end_time: T0 + 61_000, state: ended("FAILED") }, "look up"],
    ["has failed as reported, and then succeeded", failed, { end_time: 0, state: ended("SUCCESS") }, "look up"],
    ["had failed and goes on", failed, {}, "look up"],
    ["had failed and is queued", failed, { state: { life_cycle_state: "QUEUED" } }, "look up"],
    ["had failed and nobody knows", failed, { state: { life_cycle_state: "PAUSED" } }, "nothing"],
    ["was over and still is", over, { end_time: T0 + 60_000, state: ended("SUCCESS") }, "nothing"],
    ["was over and goes on", over, {}, "look up"],
    ["was over and has ended later", over, { end_time: T0 + 61_000, state: ended("SUCCESS") }, "look up"],
    ["was over and has ended in another way", over, { end_time: T0 + 60_000, state: ended("FAILED") }, "look up"],
    ["has begun, and was told of long ago", watched({ progress: "PENDING", toldUntilMs: T0 }), {}, "look up"],
    ["waits to be repaired", waiting, { state: queued }, "nothing"],
    ["waited to be repaired and has begun", waiting, {}, "look up"],
    ["waits to be repaired, and nothing of it was reported", untold, { state: queued }, "look up"],
  ] as const)("%s", (_what, known, changes, need) => {
    expect(needOf(known, listed(changes))).toBe(need);
  });

  test("is shown without tasks, and has none", () => {
    expect(needOf(watched({ tasks: {} }), listed({ tasks: undefined }), false)).toBe("nothing");
  });
});
