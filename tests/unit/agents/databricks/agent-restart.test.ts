import { describe, expect } from "../../../../testlib/index.ts";
import { differences, gets, inOurTime, test, told } from "./agent.ts";

const HOUR_MS = 3_600_000;

describe("an agent that is started again", () => {
  test(
    "goes on with the runs that it watched, and tells nothing twice",
    inOurTime,
    function* ({ clock, databricks, server, stateDirectory, start }) {
      const env = { DK_STATE_DIR: stateDirectory };
      databricks.jobs.add({ id: 7, tasks: ["load", "check"] });
      const [ends, fails, goesOn] = [databricks.start(7), databricks.start(7), databricks.start(7)];
      for (const run of [ends, fails, goesOn]) run.task("load").start();
      fails.task("load").fail("boom");
      fails.end();
      const first = yield* start(env);
      yield* clock.advance(30_000);
      const before = server.totals.accepted;
      expect(before).toBe(2 + 2 + 6);
      yield* first.halt();
      ends.task("load").succeed();
      ends.task("check").start().succeed();
      ends.end();
      fails.repair();
      fails.task("load").start();
      const during = databricks.start(7, { tasks: [] }).succeed();
      yield* clock.advance(8 * HOUR_MS);
      yield* start(env);
      yield* clock.advance(60_000);
      expect(differences(databricks, server)).toEqual([]);
      const news = server.events.slice(before);
      const of = (run: { readonly id: bigint }) => told(news.filter(({ body }) => body["run_key"] === String(run.id)));
      expect(of(ends)).toEqual(["load COMPLETED", "check RUNNING", "check COMPLETED", "run COMPLETED"]);
      expect(of(fails)).toEqual(["run RUNNING", "load RUNNING"]);
      expect(of(goesOn)).toEqual([]);
      expect(of(during)).toEqual(["run RUNNING", "run COMPLETED"]);
    },
  );

  test(
    "tells the end of a run once, however often it is started and stopped",
    inOurTime,
    function* ({ clock, databricks, server, stateDirectory, start }) {
      databricks.jobs.add({ id: 7, tasks: ["load"] });
      const run = databricks.start(7);
      run.task("load").start().succeed();
      run.end();
      for (let round = 0; round < 5; round++) {
        const agent = yield* start({ DK_STATE_DIR: stateDirectory });
        yield* clock.advance(7_000);
        yield* agent.halt();
      }
      expect(told(server.events)).toEqual(["run RUNNING", "load RUNNING", "load COMPLETED", "run COMPLETED"]);
      expect(gets(databricks)).toHaveLength(1);
    },
  );

  test(
    "still knows what was reported when its notes are gone: the ledger does",
    inOurTime,
    function* ({ clock, databricks, server, stateDirectory, start }) {
      databricks.jobs.add({ id: 7, tasks: ["load"] });
      const run = databricks.start(7);
      run.task("load").start().fail("boom");
      run.end();
      const env = { DK_STATE_DIR: stateDirectory };
      // Watched for no time at all, it is forgotten as soon as no list shows it, and the look-back makes it new again.
      const first = yield* start({ ...env, DK_DATABRICKS_FAILED_WATCH_MAX_TIME: "0" });
      yield* clock.advance(300_000);
      yield* first.halt();
      const before = server.totals.accepted;
      expect(before).toBe(6);
      run.repair();
      run.task("load").start().succeed();
      run.end();
      databricks.skewMs = -600_000; // and its clock is set back
      yield* start(env);
      yield* clock.advance(60_000);
      expect(told(server.events.slice(before))).toEqual([
        "run RUNNING", // of the repair
        "load RUNNING",
        "load COMPLETED",
        "run INFO: This is a repaired run.",
        "run COMPLETED",
      ]);
    },
  );
});

describe("jobs to watch that have changed", () => {
  const DAY_MS = 24 * HOUR_MS;

  test(
    "what happened while a job was not watched is not told when it is watched again",
    inOurTime,
    function* ({ clock, databricks, server, stateDirectory, start }) {
      const env = { DK_STATE_DIR: stateDirectory, DK_PERIOD: "600" };
      for (const id of [7, 8]) databricks.jobs.add({ id });
      const all = yield* start(env);
      yield* clock.advance(HOUR_MS);
      yield* all.halt();
      const some = yield* start({ ...env, DK_DATABRICKS_JOBS: '["7"]' });
      yield* clock.advance(HOUR_MS);
      databricks.start(8).succeed({ afterMs: 1_000 });
      yield* clock.advance(3 * HOUR_MS);
      yield* some.halt();
      yield* start(env);
      databricks.start(8);
      yield* clock.advance(HOUR_MS);
      expect(told(server.events)).toEqual(["run RUNNING"]);
    },
  );

  test.each([
    [[], ["7"]],
    [["7"], []],
    [["7"], ["7", "8"]],
  ] as const)(
    "from %j to %j while the agent was down: what happened then is told",
    inOurTime,
    function* ([before, after], { clock, databricks, server, stateDirectory, start }) {
      const watching = (jobs: readonly string[]) => ({
        DK_STATE_DIR: stateDirectory,
        DK_DATABRICKS_JOBS: JSON.stringify(jobs),
      });
      for (const id of [7, 8]) databricks.jobs.add({ id });
      const first = yield* start(watching(before));
      yield* clock.advance(60_000);
      yield* first.halt();
      databricks.start(7).succeed({ afterMs: 1_000 });
      yield* clock.advance(DAY_MS);
      yield* start(watching(after));
      yield* clock.advance(60_000);
      expect(told(server.events)).toEqual(["run RUNNING", "run COMPLETED"]);
    },
  );

  test.each([[["7"]], [["nightly"]]] as const)(
    "runs of a job that is not in %j any more are looked up once more, and then let go",
    inOurTime,
    function* ([jobs], { clock, databricks, server, stateDirectory, start, log }) {
      const env = { DK_STATE_DIR: stateDirectory };
      databricks.jobs.add({ id: 7, name: "nightly" });
      databricks.jobs.add({ id: 8, name: "hourly" });
      const goesOn = databricks.start(8);
      databricks.start(8).fail("boom");
      const first = yield* start(env);
      yield* clock.advance(60_000);
      yield* first.halt();
      const [events, looks] = [server.totals.accepted, gets(databricks).length];
      yield* start({ ...env, DK_DATABRICKS_JOBS: JSON.stringify(jobs), DK_DATABRICKS_FAILED_WATCH_PERIOD: "60" });
      goesOn.succeed({ afterMs: 30_000 });
      yield* clock.advance(600_000);
      expect([server.totals.accepted - events, gets(databricks).length - looks]).toEqual([0, 2]);
      const text = "A run is no longer watched: its job is not in databricks_jobs.";
      expect(log.lines.filter(({ msg }) => msg === text)).toHaveLength(2);
    },
  );
});
