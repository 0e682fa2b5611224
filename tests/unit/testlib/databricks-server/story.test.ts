import { scoped } from "effection";
import { useDatabricksServer } from "../../../../testlib/databricks-server/index.ts";
import { compare, type DatabricksServer, describe, expect, suiteClock, test } from "../../../../testlib/index.ts";
import { thrownBy } from "../../../../testlib/thrown-by.ts";
import { ask, askAll } from "./client.ts";

const minute = 60_000;
const options = { clock: suiteClock };

/** All that the API shows of the story. */
function* tellAll(databricks: DatabricksServer) {
  const texts: string[] = [];
  for (const { text, runs } of yield* askAll(databricks, "runs/list", { expand_tasks: true, limit: 0 })) {
    texts.push(text);
    for (const { run_id } of runs)
      texts.push((yield* ask(databricks, "runs/get", { run_id: String(run_id), include_history: true })).text);
  }
  return texts.join("\n");
}

test("is the same for the same seed, however often somebody looks", options, function* ({ clock }) {
  const story = { seed: 3, speed: 10 };
  const [looked, unseen] = [yield* useDatabricksServer({ story }), yield* useDatabricksServer({ story })];
  for (let look = 0; look < 60; look++) {
    yield* clock.advance(977);
    yield* ask(looked, "runs/list");
  }
  expect(yield* tellAll(looked)).toBe(yield* tellAll(unseen));
});

test("is another one for another seed", options, function* ({ clock }) {
  const servers = [
    yield* useDatabricksServer({ story: { seed: 1 } }),
    yield* useDatabricksServer({ story: { seed: 2 } }),
  ];
  yield* clock.advance(10 * minute);
  const [one, other] = servers.map(({ runs }) => runs.map(({ last, name }) => [name, last.startTime]));
  expect(one?.length).toBeGreaterThan(20);
  expect(one).not.toEqual(other);
});

test("has new ids for those who have seen an earlier one", options, function* ({ clock }) {
  const idsOf = function* () {
    const { runs } = yield* useDatabricksServer({ story: {} });
    return runs.map(({ id }) => id);
  };
  const before = yield* scoped(idsOf);
  yield* clock.advance(minute);
  const after = new Set(yield* scoped(idsOf));
  expect(before.length).toBeGreaterThan(5);
  expect(before.filter((id) => after.has(id))).toEqual([]);
});

test("goes on while nobody looks, without a timer of its own", options, function* ({ clock }) {
  const databricks = yield* useDatabricksServer({ story: { pastMinutes: 0 } });
  expect(clock.describeTimers()).not.toContain("databricks-server");
  const early = databricks.runs.length;
  yield* clock.advance(30 * minute);
  expect([early, databricks.runs.length > 40]).toEqual([0, true]);
});

describe("is lifelike:", () => {
  test("several jobs, runs at the same time, some since before the start", options, function* ({ clock }) {
    const databricks = yield* useDatabricksServer({ story: {} });
    const ended = yield* ask(databricks, "runs/list", { completed_only: true });
    expect(ended.runs.length).toBeGreaterThan(10);
    expect(ended.runs.filter(({ end_time }) => Number(end_time) > suiteClock.start)).toEqual([]);
    const active: number[] = [];
    for (let look = 0; look < 30; look++) {
      const { runs } = yield* ask(databricks, "runs/list", { active_only: true });
      active.push(new Set(runs.map(({ run_name }) => run_name)).size);
      yield* clock.advance(minute);
    }
    expect(active[0]).toBeGreaterThan(0);
    expect(Math.max(...active)).toBeGreaterThan(3);
  });

  test("every way to end, to wait and to be repaired", options, function* ({ clock }) {
    const databricks = yield* useDatabricksServer({ story: {} });
    yield* clock.advance(6 * 60 * minute);
    const ends = (lives: readonly { readonly last: { readonly phase: { state: string; result?: string } } }[]) =>
      new Set(lives.map(({ last: { phase } }) => phase.result ?? phase.state));
    const { runs } = databricks;
    const tasks = runs.flatMap((run) => run.tasks);
    const runEnds = ["SUCCESS", "FAILED", "CANCELED", "TIMEDOUT", "SKIPPED"];
    expect([...ends(runs)]).toEqual(expect.arrayContaining(runEnds));
    const taskEnds = ["SUCCESS", "FAILED", "CANCELED", "TIMEDOUT", "UPSTREAM_FAILED", "UPSTREAM_CANCELED", "EXCLUDED"];
    expect([...ends(tasks)]).toEqual(expect.arrayContaining(taskEnds));
    const states = new Set(
      runs.flatMap((run) => run.entriesUntil(Number.POSITIVE_INFINITY).map(({ phase }) => phase.state)),
    );
    expect([...states]).toEqual(expect.arrayContaining(["QUEUED", "RUNNING", "TERMINATING", "SKIPPED"]));
    expect(runs.filter(({ repairs }) => repairs.length > 0).length).toBeGreaterThan(3);
    expect(runs.filter(({ attempt }) => attempt > 0).length).toBeGreaterThan(3);
    expect(tasks.filter(({ attempt, repair }) => attempt > 0 && repair === 0).length).toBeGreaterThan(3);
  });

  test("no run has ended while one of its tasks goes on, and none is out of order", options, function* ({ clock }) {
    const databricks = yield* useDatabricksServer({ story: { seed: 5 } });
    yield* clock.advance(60 * minute);
    for (const run of databricks.runs) {
      const tasks = run.newestAttempts();
      expect(Math.max(Number.NEGATIVE_INFINITY, ...tasks.map(({ last }) => last.effectiveMs))).toBeLessThanOrEqual(
        run.last.effectiveMs,
      );
      const times = run.entriesUntil(Number.POSITIVE_INFINITY).map(({ at }) => at);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
    }
    const owed = databricks.obligations({ runs: "all", unseenRunning: "required" });
    expect(owed.length).toBeGreaterThan(500);
    expect(compare(owed, [])).toHaveLength(owed.filter(({ optional }) => optional !== true).length);
  });
});

test("forgets its oldest runs when there are too many", options, function* ({ clock }) {
  const databricks = yield* useDatabricksServer({ story: {}, maxKept: 20 });
  yield* clock.advance(120 * minute);
  const { runs } = databricks;
  expect(runs.length).toBeLessThanOrEqual(25);
  expect(runs.at(-1)?.last.startTime).toBeGreaterThan(suiteClock.start + 110 * minute);
  const { id } = runs[0] ?? { id: 0n };
  expect((yield* ask(databricks, "runs/get", { run_id: id })).status).toBe(200);
});

test("takes part in what a test starts besides", options, function* ({ clock: _ }) {
  const databricks = yield* useDatabricksServer({ story: { jobs: 1 } });
  const run = databricks.start(databricks.jobs.add({ name: "mine" }));
  expect((yield* ask(databricks, "runs/list")).runs[0]).toMatchObject({ run_id: run.id, run_name: "mine" });
});

test.each([
  [{ speed: 0 }, "The story's speed is 0; it must be a number from 0.01 to 1000."],
  [{ seed: 1.5 }, "The story's seed is 1.5; it must be a whole number from 0 to 4294967295."],
  [{ jobs: 0 }, "The story's jobs is 0; it must be a whole number from 1 to 1000."],
  [{ pastMinutes: -1 }, "The story's pastMinutes is -1; it must be a number from 0 to 10000."],
] as const)("refuses %j", function* ([story, message]) {
  const error = yield* thrownBy(() => scoped(() => useDatabricksServer({ story })));
  expect(error).toMatchObject({ code: "E_STORY_OPTION", message });
});
