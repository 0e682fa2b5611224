import { describe, expect, test } from "vitest";
import { keyOf, obligationsOf } from "../../oracle/world/obligations.ts";
import { planRuns } from "../../oracle/world/runs.ts";
import { PAGE_SIZE, Tool } from "../../oracle/world/tool.ts";

const span = { fromMs: 1_000_000, untilMs: 1_060_000 };
const runs = planRuns(7, span);

describe("the runs of a seed", () => {
  test("are the same each time, and others for another seed", () => {
    expect(planRuns(7, span)).toEqual(runs);
    expect(planRuns(8, span)).not.toEqual(runs);
  });

  test("are over in time, and each step has a moment and a name of its own", () => {
    for (const run of runs) {
      const moments = run.steps.map(({ atMs }) => atMs);
      expect(moments).toEqual([...new Set(moments)].toSorted((one, other) => one - other));
      expect([moments[0], moments.at(-1)].every((atMs = 0) => atMs >= span.fromMs && atMs <= span.untilMs)).toBe(true);
      expect(new Set(run.steps.map((step) => keyOf(run, step))).size).toBe(run.steps.length);
    }
  });

  test("show all that tools show: failures, retries, warnings, messages, metrics", () => {
    const keys = runs.flatMap(obligationsOf).map(({ key }) => key.replace(/^\S+ /, ""));
    const shown = ["RUNNING", "COMPLETED", "COMPLETED_WITH_WARNINGS", "FAILED", "metric", "load#2 COMPLETED"];
    expect(shown.filter((each) => !keys.includes(each))).toEqual([]);
    expect(keys).toContain("message clean: attempt 1 failed");
  });
});

describe("the tool", () => {
  const tool = new Tool(runs);

  test("lists every run that has changed since a time, page by page, the longest unchanged first", () => {
    const nowMs = span.fromMs + 30_000;
    const listed = [];
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = tool.list(span.fromMs + 20_000, after, nowMs);
      expect(page.runs.length).toBeLessThanOrEqual(PAGE_SIZE);
      listed.push(...page.runs);
      after = page.next;
    }
    const expected = runs.filter(({ steps }) => {
      const last = steps.findLast(({ atMs }) => atMs <= nowMs);
      return last !== undefined && last.atMs >= span.fromMs + 20_000;
    });
    expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(expected.map(({ id }) => id)));
    expect(listed.length).toBe(expected.length);
    const times = listed.map(({ changed_at }) => changed_at);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });

  test("comes to an end: what has begun goes on, and nothing begins that would last longer", () => {
    const nowMs = span.fromMs + 30_000;
    const ending = new Tool(runs);
    ending.endBy(nowMs + 2_000, nowMs);
    const begun = runs.filter(({ steps }) => steps[0].atMs <= nowMs);
    const added = ending.runs.filter((run) => !begun.includes(run));
    expect(ending.runs.slice(0, begun.length)).toEqual(begun);
    expect(added.length).toBeGreaterThan(0);
    expect(added.every(({ steps }) => (steps.at(-1)?.atMs ?? 0) <= nowMs + 2_000)).toBe(true);
  });

  test("says of a run what has happened so far, and nothing of one that has not begun", () => {
    const [first] = runs;
    const [begin, next] = first?.steps ?? [];
    expect(tool.history("r1", (next?.atMs ?? 0) - 1)).toEqual([begin]);
    expect(tool.history("r1", (begin?.atMs ?? 0) - 1)).toBeUndefined();
  });
});
