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
