import { describe, expect, test } from "vitest";
import { endsRun, type TargetMessage } from "../../../../testlib/agent-target/message.ts";
import { planPipelines } from "../../../../testlib/agent-target/pipelines.ts";
import { type Moment, tellStory } from "../../../../testlib/agent-target/story.ts";
import type { StoryOptions } from "../../../../testlib/agent-target/story-options.ts";
import { take } from "./take.ts";

const startedAt = Date.UTC(2025, 0, 31, 23, 59, 30);
const told = (options: StoryOptions, count: number): Moment[] => take(tellStory(options, startedAt), count);

/** Messages of each run of a story, in order. */
function runsOf(moments: readonly Moment[]): TargetMessage[][] {
  const messages = moments.map(({ message }) => message);
  const runs = Map.groupBy(messages, ({ pipeline_key, run_key }) => `${pipeline_key} ${run_key}`);
  return [...runs.values()];
}
const endedRunsOf = (moments: readonly Moment[]) => runsOf(moments).filter((run) => run.some(endsRun));
/** Messages of each task of a run, in order. */
function tasksOf(run: readonly TargetMessage[]): Map<string, TargetMessage[]> {
  return Map.groupBy(
    run.filter(({ task_key }) => task_key !== undefined),
    ({ task_key }) => task_key ?? "",
  );
}

describe("determinism", () => {
  test("tells the same story for the same seed", () => {
    expect(told({ seed: 7, speed: 10 }, 1_000)).toEqual(told({ seed: 7, speed: 10 }, 1_000));
  });

  test("tells another story for another seed", () => {
    const shape = (seed: number) =>
      told({ seed }, 50).map(({ atMs, message }) => [atMs, message.task_key, message.status]);
    expect(shape(7)).not.toEqual(shape(8));
  });

  test("speed changes the pace and nothing else", () => {
    const outline = ({ message: { pipeline_key, run_name, task_key, status } }: Moment) => [
      pipeline_key,
      run_name,
      task_key,
      status,
    ];
    const slow = told({ seed: 3, speed: 1, pipelines: 1 }, 200);
    const fast = told({ seed: 3, speed: 4, pipelines: 1 }, 200);
    expect(fast.map(outline)).toEqual(slow.map(outline));
    expect((slow.at(-1)?.atMs ?? 0) / (fast.at(-1)?.atMs ?? 1)).toBeCloseTo(4, 1);
  });

  test("more pipelines leave the story of the first ones as it is", () => {
    const [first] = planPipelines(1);
    const alone = told({ seed: 5, pipelines: 1 }, 50);
    const amongOthers = told({ seed: 5, pipelines: 8 }, 2_000).filter(
      ({ message }) => message.pipeline_key === first?.key,
    );
    expect(amongOthers.slice(0, 50)).toEqual(alone);
  });
});

describe.each([1, 2, 3])("order, seed %i", (seed) => {
  const moments = told({ seed, speed: 1_000, pipelines: 9 }, 4_000);
  const ended = endedRunsOf(moments);

  test("moments come in order of time and carry their time", () => {
    expect(moments.map(({ atMs }) => atMs)).toEqual(moments.map(({ atMs }) => atMs).sort((one, other) => one - other));
    for (const { atMs, message } of moments) expect(Date.parse(message.event_timestamp)).toBe(startedAt + atMs);
  });

  test("a run starts with its RUNNING, ends with its end, and has only tasks between", () => {
    for (const run of runsOf(moments)) {
      expect(run[0]).toMatchObject({ status: "RUNNING" });
      expect(run[0]).not.toHaveProperty("task_key");
    }
    expect(ended.length).toBeGreaterThan(100);
    for (const run of ended) {
      expect(run.findIndex(endsRun)).toBe(run.length - 1);
      expect(run.slice(1, -1).every(({ task_key }) => task_key !== undefined)).toBe(true);
    }
  });

  test("a task runs before it ends, and runs again only after it failed", () => {
    for (const task of ended.flatMap((run) => [...tasksOf(run).values()])) {
      const statuses = task.map(({ status }) => status);
      expect(statuses.length % 2).toBe(0);
      expect(statuses.filter((_, index) => index % 2 === 0).every((status) => status === "RUNNING")).toBe(true);
      const ends = statuses.filter((_, index) => index % 2 === 1);
      expect(ends).not.toContain("RUNNING");
      expect(ends.slice(0, -1).every((status) => status === "FAILED")).toBe(true);
    }
  });

  test("a task starts after those it waits for have succeeded, or not at all", () => {
    const plans = new Map(planPipelines(9).map((plan) => [plan.key, plan]));
    for (const run of ended) {
      const finalStatus = (key: string) => tasksOf(run).get(key)?.at(-1)?.status ?? "FAILED";
      for (const task of plans.get(run[0]?.pipeline_key ?? "")?.tasks ?? []) {
        const start = run.findIndex(({ task_key }) => task_key === task.key);
        const blocked = task.after.some((key) => finalStatus(key) === "FAILED");
        expect(start === -1).toBe(blocked);
        if (blocked) continue;
        for (const key of task.after) expect(run.findLastIndex(({ task_key }) => task_key === key)).toBeLessThan(start);
      }
    }
  });

  test("a run's end is as bad as the worst of its tasks", () => {
    for (const run of ended) {
      const finals = [...tasksOf(run).values()].map((task) => task.at(-1)?.status);
      const worst = (["FAILED", "COMPLETED_WITH_WARNINGS", "COMPLETED"] as const).find((status) =>
        finals.includes(status),
      );
      expect(run.at(-1)?.status).toBe(worst);
    }
  });
});

describe("variety", () => {
  const moments = told({ seed: 7 }, 5_000);
  const ended = endedRunsOf(moments);

  test("runs complete, fail, and end with warnings, the good ones being the most", () => {
    const counts = Map.groupBy(ended, (run) => run.at(-1)?.status);
    const share = (status: TargetMessage["status"]) => (counts.get(status)?.length ?? 0) / ended.length;
    expect(share("COMPLETED")).toBeGreaterThan(0.6);
    expect(share("FAILED")).toBeGreaterThan(0.02);
    expect(share("COMPLETED_WITH_WARNINGS")).toBeGreaterThan(0.05);
  });

  test("tasks are retried, with the attempt as an extra field", () => {
    const retries = moments.filter(({ message }) => message["attempt"] === 2 && message.status === "RUNNING");
    expect(retries.length).toBeGreaterThan(5);
  });

  test("runs of one pipeline overlap now and then", () => {
    const open = new Map<string, number>();
    let overlaps = 0;
    for (const { message } of moments.filter(({ message }) => message.task_key === undefined)) {
      const now = (open.get(message.pipeline_key) ?? 0) + (message.status === "RUNNING" ? 1 : -1);
      open.set(message.pipeline_key, now);
      if (now > 1) overlaps++;
    }
    expect(overlaps).toBeGreaterThan(5);
  });

  test("now and then a run takes several times as long as usual", () => {
    const span = (run: readonly TargetMessage[]) =>
      Date.parse(run.at(-1)?.event_timestamp ?? "") - Date.parse(run[0]?.event_timestamp ?? "");
    const spans = ended
      .filter((run) => run[0]?.pipeline_key === "clickstream_sessions")
      .map(span)
      .sort((one, other) => one - other);
    const median = spans[Math.floor(spans.length / 2)] ?? 0;
    const long = spans.filter((ms) => ms > 2.5 * median).length / spans.length;
    expect(long).toBeGreaterThan(0.01);
    expect(long).toBeLessThan(0.15);
  });

  test("every message names its pipeline, its run, and a region that the API does not know", () => {
    for (const { message } of moments) {
      expect(message.pipeline_name).toBeTypeOf("string");
      expect(message.run_name).toMatch(/^Run \d+$/);
      expect(message["region"]).toMatch(/^[a-z]+-[a-z]+-\d$/);
    }
  });
});

test("a story that starts at another time has other run keys", () => {
  const keys = (at: number) => take(tellStory({ seed: 1 }, at), 500).map(({ message }) => message.run_key);
  const before = new Set(keys(startedAt));
  expect(keys(startedAt + 5).filter((key) => before.has(key))).toEqual([]);
});

test.each([
  [{ speed: 0 }, "speed is 0; it must be a number from 0.01 to 1000. Leave it out for 1."],
  [{ speed: Number.NaN }, "speed is NaN"],
  [{ seed: 1.5 }, "seed is 1.5; it must be a whole number from 0 to 4294967295. Leave it out for 1."],
  [{ pipelines: 0 }, "pipelines is 0; it must be a whole number from 1 to 1000. Leave it out for 6."],
  [{ malformedRate: 1.1 }, "malformedRate is 1.1; it must be a number from 0 to 1. Leave it out for 0."],
])("refuses %o", (options, message) => {
  expect(() => tellStory(options).next()).toThrow(
    expect.objectContaining({ code: "E_STORY_OPTION", message: expect.stringContaining(message) }),
  );
});
