import { type DatabricksServer, describe, expect } from "../../../../testlib/index.ts";
import { differences, inOurTime, test, told } from "./agent.ts";

test(
  "a run that ended with warnings and was repaired between two looks is told with its repair",
  inOurTime,
  function* ({ clock, databricks, server, start }) {
    databricks.jobs.add({ id: 7, tasks: ["load", "publish"] });
    const run = databricks.start(7);
    run.task("load").start().fail("boom");
    run.task("publish").start().succeed();
    run.succeedWithFailures();
    yield* start({ DK_PERIOD: "60" });
    yield* clock.advance(61_000);
    run.repair();
    run.task("load").start({ afterMs: 100 }).succeed({ afterMs: 20_000 });
    run.succeed({ afterMs: 21_000 });
    yield* clock.advance(120_000);
    expect(told(server.events).slice(-5)).toEqual([
      "run RUNNING",
      "load RUNNING",
      "load COMPLETED",
      "run INFO: This is a repaired run.",
      "run COMPLETED",
    ]);
    expect(differences(databricks, server)).toEqual([]);
  },
);

describe("a repair that has to wait", () => {
  test("has begun when Databricks says so", inOurTime, function* ({ clock, databricks, server, start }) {
    databricks.jobs.add({ id: 7, tasks: ["load"] });
    const run = databricks.start(7);
    run.task("load").start().fail("boom");
    run.end();
    yield* start();
    yield* clock.advance(60_000);
    run.repair({ state: "QUEUED" });
    yield* clock.advance(60_000);
    run.start();
    yield* clock.advance(30_000);
    expect(told(server.events).at(-1)).toBe("run RUNNING");
    expect(server.events.at(-1)?.body["event_timestamp"]).toBe("2026-05-01T00:01:00+00:00"); // its start_time
  });

  test("comes after the failure that was never seen", inOurTime, function* ({ clock, databricks, server, start }) {
    databricks.jobs.add({ id: 7, tasks: ["load"] });
    const run = databricks.start(7);
    run.task("load").start().fail("boom", { afterMs: 5_000 });
    run.end({ afterMs: 6_000 });
    yield* clock.advance(10_000);
    run.repair({ state: "QUEUED" });
    yield* start();
    yield* clock.advance(60_000);
    expect(told(server.events).at(-1)).toBe("run FAILED");
    run.start();
    run.task("load").start().succeed({ afterMs: 10_000 });
    run.end({ afterMs: 11_000 });
    yield* clock.advance(60_000);
    expect(differences(databricks, server)).toEqual([]);
  });
});

describe("a repair of a run that was forgotten", () => {
  /** A run is forgotten after ten minutes, and what was sent after a quarter of an hour. */
  const SHORT = { DK_PERIOD: "30", DK_DATABRICKS_FAILED_WATCH_MAX_TIME: "600", DK_LEDGER_DAYS: "0.01" };

  function failRun(databricks: DatabricksServer) {
    const run = databricks.start(7);
    run.task("load").start().fail("boom", { afterMs: 5_000 });
    run.end({ afterMs: 6_000 });
    return run;
  }

  test("is told, and not its failure once more", inOurTime, function* ({ clock, databricks, server, start }) {
    databricks.jobs.add({ id: 7, tasks: ["load"] });
    yield* start(SHORT);
    const run = failRun(databricks);
    yield* clock.advance(3_600_000);
    const before = server.events.length;
    run.repair();
    yield* clock.advance(60_000); // in the list, with nothing to tell yet but that it goes on
    run.task("load").start();
    yield* clock.advance(60_000);
    expect(told(server.events).slice(before)).toEqual(["run RUNNING", "load RUNNING"]);
    expect(differences(databricks, server)).toEqual([]);
  });

  test(
    "is told with its failure when that was while the agent was down",
    inOurTime,
    function* ({ clock, databricks, server, start, stateDirectory }) {
      const env = { ...SHORT, DK_STATE_DIR: stateDirectory };
      databricks.jobs.add({ id: 7, tasks: ["load"] });
      const agent = yield* start(env);
      yield* clock.advance(60_000);
      yield* agent.halt();
      const run = failRun(databricks);
      yield* clock.advance(3_600_000);
      run.repair();
      run.task("load").start();
      yield* start(env);
      yield* clock.advance(60_000);
      expect(told(server.events).filter((line) => line.startsWith("run "))).toEqual([
        "run RUNNING",
        expect.stringMatching(/^run ERROR/),
        "run FAILED",
        "run RUNNING",
      ]);
      expect(differences(databricks, server)).toEqual([]);
    },
  );
});
