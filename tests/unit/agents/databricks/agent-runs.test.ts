import { spawn } from "effection";
import { databricksAgent } from "../../../../agents/databricks/agent.ts";
import { acceptedCredentials, databricksConfiguration } from "../../../../agents/databricks/configuration.ts";
import { describe, expect, useDatabricksServer } from "../../../../testlib/index.ts";
import { differences, gets, inOurTime, lists, test, told } from "./agent.ts";

const HOUR_MS = 3_600_000;

describe("the first start", () => {
  test(
    "reports runs that go on, however old, and those that began within the look-back",
    inOurTime,
    function* ({ clock, databricks, server, start }) {
      const job = databricks.jobs.add({ id: 7, name: "nightly_etl", tasks: ["load"] });
      const ago = (ms: number) => ({ at: databricks.now() - ms });
      databricks.start(job, { ...ago(48 * HOUR_MS), id: 1 });
      databricks.start(job, { ...ago(2 * HOUR_MS), id: 2, tasks: [] }).succeed(ago(HOUR_MS));
      databricks.start(job, { ...ago(HOUR_MS / 2), id: 3, tasks: [] }).succeed(ago(1_000));
      yield* start();
      yield* clock.advance(60_000);
      const runs = new Set(server.events.map(({ body }) => body["run_key"]));
      expect([...runs].toSorted()).toEqual(["1", "3"]);
      expect(lists(databricks)[0]?.query).toEqual({ active_only: "true", expand_tasks: "true", limit: "25" });
      const from = Number(lists(databricks)[1]?.query["start_time_from"]);
      expect(new Date(from).toISOString()).toBe("2026-04-30T22:59:00.000Z");
    },
  );

  test("looks further back when it is told to", inOurTime, function* ({ clock, databricks, server, start }) {
    const ago = (ms: number) => ({ at: databricks.now() - ms });
    databricks.jobs.add({ id: 7 });
    databricks.start(7, ago(2 * HOUR_MS)).succeed(ago(HOUR_MS));
    yield* start({ DK_DATABRICKS_START_LOOKBACK: "10800" });
    yield* clock.advance(60_000);
    expect(told(server.events)).toEqual(["run RUNNING", "run COMPLETED"]);
  });
});

describe("runs of all kinds", () => {
  test("ten minutes of a busy workspace arrives whole, in order and once", {
    ...inOurTime,
    timeoutMs: 60_000,
  }, function* ({ clock, server, contexts }) {
    const databricks = yield* useDatabricksServer({ story: { jobs: 12, speed: 6 } }); // ten minutes in 100 s
    const env = { ...server.env, ...databricks.envFor("api_token"), DK_PERIOD: "4" };
    yield* contexts(env, [databricksConfiguration], acceptedCredentials);
    yield* spawn(databricksAgent);
    yield* clock.advance(100_000);
    expect(differences(databricks, server)).toEqual([]);
    expect(server.refused).toEqual([]);
    expect(new Set(server.events.map(({ body }) => body["run_key"])).size).toBeGreaterThan(10);
  });

  test("a run with 120 tasks is read page by page", inOurTime, function* ({ clock, databricks, server, start }) {
    const tasks = Array.from({ length: 120 }, (_, at) => `task_${at}`);
    const job = databricks.jobs.add({ id: 7, tasks });
    const run = databricks.start(job);
    for (const task of run.tasks) task.start();
    yield* start({ DK_DATABRICKS_JOBS_VERSION: "2.2" });
    yield* server.until(({ totals }) => totals.accepted === 121);
    for (const task of run.tasks) task.succeed();
    run.end();
    yield* server.until(({ totals }) => totals.accepted === 242);
    yield* clock.advance(60_000);
    expect(differences(databricks, server)).toEqual([]);
    expect(server.totals.accepted).toBe(242);
  });

  test(
    "a run without tasks costs one look, and its end another",
    inOurTime,
    function* ({ clock, databricks, server, start }) {
      databricks.jobs.add({ id: 7 });
      const run = databricks.start(7);
      yield* start();
      yield* clock.advance(60_000);
      expect(gets(databricks)).toHaveLength(1);
      run.succeed();
      yield* clock.advance(60_000);
      expect(told(server.events)).toEqual(["run RUNNING", "run COMPLETED"]);
      expect(gets(databricks)).toHaveLength(2);
    },
  );

  test("ids of 64 bits keep their digits", inOurTime, function* ({ databricks, server, start }) {
    databricks.jobs.add({ id: 9223372036854775806n, tasks: [{ key: "load", id: 9007199254740993n }] });
    databricks.start(9223372036854775806n, { id: 9223372036854775805n }).task("load").start();
    yield* start();
    yield* server.until(({ totals }) => totals.accepted === 2);
    expect(server.events.map(({ body }) => [body["pipeline_key"], body["run_key"], body["task_key"]])).toEqual([
      ["9223372036854775806", "9223372036854775805", undefined],
      ["9223372036854775806", "9223372036854775805", "9007199254740993"],
    ]);
  });
});

describe("jobs to watch", () => {
  test("by name: the others are not reported", inOurTime, function* ({ clock, databricks, server, start }) {
    databricks.jobs.add({ id: 7, name: "nightly_etl" });
    databricks.jobs.add({ id: 8, name: "hourly" });
    for (const id of [7, 8]) databricks.start(id);
    yield* start({ DK_DATABRICKS_JOBS: '["hourly"]' });
    yield* clock.advance(30_000);
    expect(server.events.map(({ body }) => body["pipeline_name"])).toEqual(["hourly"]);
  });

  test(
    "by id: each is asked for, and one that is not there does not hold up the others",
    inOurTime,
    function* ({ clock, databricks, server, start, log }) {
      databricks.jobs.add({ id: 7, name: "nightly_etl" });
      databricks.start(7);
      databricks.jobs.add({ id: 8, name: "hourly" });
      databricks.start(8);
      databricks.faults.always(
        { status: 404, errorCode: "RESOURCE_DOES_NOT_EXIST", message: "Job 9 does not exist." },
        { endpoint: "runs/list", where: ({ query }) => query["job_id"] === "9" },
      );
      yield* start({ DK_DATABRICKS_JOBS: '["7","9"]' });
      yield* clock.advance(59_000);
      expect(server.events.map(({ body }) => body["pipeline_key"])).toEqual(["7"]);
      expect(lists(databricks).filter(({ query }) => query["job_id"] === "7").length).toBeGreaterThan(20); // at each round
      expect(log.lines.filter(({ level }) => level === "warn")).toMatchObject([
        { jobId: "9", msg: "Databricks does not show the runs of a job in databricks_jobs; the others are watched." },
      ]);
    },
  );
});

describe("requests", () => {
  test(
    "are as many a second as may be, also when hundreds of runs end at once",
    inOurTime,
    function* ({ clock, databricks, server, start }) {
      databricks.jobs.add({ id: 7, tasks: ["load"] });
      const runs = Array.from({ length: 200 }, () => databricks.start(7));
      for (const run of runs) run.task("load").start();
      yield* start({ DK_DATABRICKS_MAX_REQUESTS_PER_SECOND: "10", DK_DATABRICKS_MAX_CONCURRENT_REQUESTS: "2" });
      yield* server.until(({ totals }) => totals.accepted === 400);
      expect(gets(databricks)).toHaveLength(0); // lists tell enough
      for (const run of runs) {
        run.task("load").succeed();
        run.end();
      }
      yield* server.until(({ totals }) => totals.accepted === 800);
      const seconds = databricks.requests.map(({ receivedAt }) => Math.floor(receivedAt / 1_000));
      const perSecond = Map.groupBy(seconds, (second) => second);
      const most = Math.max(...Array.from(perSecond.values(), ({ length }) => length));
      expect(most).toBeLessThanOrEqual(11); // a second may begin in the middle of a pause
      expect(databricks.maxInFlight).toBeLessThanOrEqual(2);
      expect(differences(databricks, server)).toEqual([]);
      expect(clock.now() - inOurTime.clock.start).toBeLessThan(60_000);
    },
  );
});
