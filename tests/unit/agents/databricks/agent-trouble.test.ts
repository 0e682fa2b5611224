import { Monitor, MonitorContext } from "../../../../framework/core/index.ts";
import { databricksFault, describe, expect } from "../../../../testlib/index.ts";
import { differences, gets, inOurTime, test, told } from "./agent.ts";

describe("a failed run", () => {
  test(
    "is looked at now and then, and its repair is told as it goes on",
    inOurTime,
    function* ({ clock, databricks, server, start }) {
      databricks.jobs.add({ id: 7, name: "nightly_etl", tasks: ["load"] });
      const run = databricks.start(7);
      run.task("load").start().fail("boom");
      run.end();
      yield* start({ DK_DATABRICKS_FAILED_WATCH_PERIOD: "60" });
      yield* clock.advance(360_000);
      expect(gets(databricks)).toHaveLength(6); // its end, and then every minute or a little more
      run.repair();
      run.task("load").start();
      yield* clock.advance(10_000); // soon: the repair shows in the list
      expect(told(server.events).slice(-2)).toEqual(["run RUNNING", "load RUNNING"]);
      run.task("load").succeed();
      run.end();
      yield* clock.advance(10_000);
      expect(told(server.events).slice(-3)).toEqual([
        "load COMPLETED",
        "run INFO: This is a repaired run.",
        "run COMPLETED",
      ]);
      expect(differences(databricks, server)).toEqual([]);
    },
  );

  test(
    "whose repair failed as well, between two looks, is told all the same",
    inOurTime,
    function* ({ clock, databricks, server, start }) {
      databricks.jobs.add({ id: 7, tasks: ["load"] });
      const run = databricks.start(7);
      run.task("load").start().fail("boom");
      run.end();
      yield* start();
      yield* clock.advance(62_000);
      run.repair();
      run.task("load").start({ afterMs: 100 }).fail("boom again", { afterMs: 200 });
      run.end({ afterMs: 300 });
      yield* clock.advance(600_000);
      expect(differences(databricks, server)).toEqual([]);
      expect(told(server.events).filter((line) => line === "run FAILED")).toHaveLength(2);
    },
  );

  test(
    "is watched for as long as is said, and is then left alone",
    inOurTime,
    function* ({ clock, databricks, start, log }) {
      databricks.jobs.add({ id: 7 });
      databricks.start(7).fail("boom");
      yield* start({
        DK_PERIOD: "10",
        DK_DATABRICKS_FAILED_WATCH_MAX_TIME: "600",
        DK_DATABRICKS_FAILED_WATCH_PERIOD: "150",
      });
      yield* clock.advance(1_200_000);
      expect(gets(databricks)).toHaveLength(4); // at 0, 160, 320 and 480 s
      expect(log.lines.map(({ msg }) => msg)).toContain("A run that has failed long ago is no longer watched.");
    },
  );
});

describe("a run that is not there any more", () => {
  test(
    "is given up after five looks, and nobody else suffers",
    inOurTime,
    function* ({ clock, databricks, server, start, log }) {
      databricks.jobs.add({ id: 7 });
      const run = databricks.start(7);
      const other = databricks.start(7);
      yield* start();
      yield* clock.advance(10_000);
      run.remove();
      yield* clock.advance(300_000);
      other.succeed();
      yield* clock.advance(60_000);
      expect(gets(databricks).filter(({ query }) => query["run_id"] === String(run.id))).toHaveLength(6);
      expect(log.lines.filter(({ level }) => level === "warn")).toMatchObject([
        { msg: "A run cannot be looked at; it is tried again later, and all others go on.", runId: String(run.id) },
        {
          msg: "A run is no longer watched: Databricks does not show it any more.",
          runId: String(run.id),
          failures: 5,
        },
      ]);
      expect(differences(databricks, server)).toEqual([]);
    },
  );
});

test(
  "a run that goes on while its job is deleted, or may not be seen any more, is looked up all the same",
  inOurTime,
  function* ({ clock, databricks, server, start }) {
    for (const id of [7, 8]) databricks.jobs.add({ id });
    const run = databricks.start(7);
    yield* start({ DK_DATABRICKS_JOBS: '["7","8"]' });
    yield* clock.advance(10_000);
    databricks.faults.always(
      { status: 400, errorCode: "INVALID_PARAMETER_VALUE", message: "Job 7 does not exist." },
      { endpoint: "runs/list", where: ({ query }) => query["job_id"] === "7" },
    );
    run.succeed({ afterMs: 5_000 });
    yield* clock.advance(60_000);
    expect(told(server.events)).toEqual(["run RUNNING", "run COMPLETED"]);
  },
);

describe("what Databricks should not say", () => {
  test(
    "words that nobody knows are told to the log once each",
    inOurTime,
    function* ({ clock, databricks, start, log }) {
      databricks.jobs.add({ id: 7, tasks: ["load"] });
      for (const run of [databricks.start(7), databricks.start(7)]) run.task("load").start();
      databricks.faults.always(databricksFault.unknownState("HIBERNATING"));
      yield* start();
      yield* clock.advance(60_000);
      expect(log.lines.filter(({ level }) => level === "warn").map((line) => line["word"])).toEqual([
        "status.state HIBERNATING",
      ]);
    },
  );

  test(
    "a page that leads back to itself is an error that names it, and what is on it is reported",
    inOurTime,
    function* ({ clock, databricks, server, start, log }) {
      databricks.jobs.add({ id: 7 });
      databricks.start(7);
      databricks.faults.always(databricksFault.loopingPageToken(), { endpoint: "runs/list" });
      yield* start();
      yield* clock.advance(10_000);
      expect(log.lines.find(({ level }) => level === "warn")).toMatchObject({
        err: { code: "E_DATABRICKS_PAGES", message: expect.stringMatching(/leads in a circle.*next_page_token "/) },
      });
      expect(told(server.events)).toEqual(["run RUNNING"]);
    },
  );

  test.each([
    ["401", 401, "does not let the agent list runs (401). Check that the token or secret is right"],
    ["403", 403, "does not let the agent list runs (403). Check that the token or secret is right"],
  ] as const)(
    "a token that is refused with %s is told so, and taken up again when it is good",
    inOurTime,
    function* ([, refusal, text], { clock, databricks, server, start, log }) {
      const { health } = yield* MonitorContext.set(new Monitor());
      databricks.auth.refusal = refusal;
      databricks.auth.revoke();
      databricks.jobs.add({ id: 7 });
      databricks.start(7);
      yield* start();
      yield* clock.advance(10_000);
      expect(log.lines.find(({ level }) => level === "warn")).toMatchObject({
        err: { code: "E_DATABRICKS_REFUSED", message: expect.stringContaining(text) },
      });
      expect(health.reasons).toMatchObject([{ subject: "databricks", reason: expect.stringContaining(text) }]);
      databricks.auth.accept(databricks.auth.token);
      yield* clock.advance(60_000);
      expect([told(server.events), health.reasons]).toEqual([["run RUNNING"], []]);
    },
  );

  test(
    "a token that is refused with 403 when jobs are watched by id is told so as well",
    inOurTime,
    function* ({ clock, databricks, server, start, log }) {
      const { health } = yield* MonitorContext.set(new Monitor());
      for (const id of [7, 8]) databricks.jobs.add({ id });
      databricks.start(7);
      yield* start({ DK_DATABRICKS_JOBS: '["7","8"]' });
      yield* clock.advance(10_000);
      databricks.auth.refusal = 403;
      databricks.auth.revoke();
      databricks.start(8);
      yield* clock.advance(30_000);
      const text = expect.stringContaining("does not let the agent list runs (403).");
      expect(health.reasons).toMatchObject([{ subject: "databricks", reason: text }]);
      expect(log.lines.map(({ msg }) => msg)).not.toContainEqual(expect.stringContaining("the others are watched"));
      databricks.auth.accept(databricks.auth.token);
      yield* clock.advance(60_000);
      expect([told(server.events), health.reasons]).toEqual([["run RUNNING", "run RUNNING"], []]);
    },
  );

  test(
    "a host that knows none of the jobs is an error, and not taken for good",
    inOurTime,
    function* ({ clock, databricks, start, log }) {
      for (const id of [7, 8]) databricks.jobs.add({ id });
      databricks.faults.always({ status: 404, message: "No API found" }, { endpoint: "runs/list" });
      yield* start({ DK_DATABRICKS_JOBS: '["7","8"]' });
      yield* clock.advance(10_000);
      expect(log.lines.find(({ level }) => level === "warn")).toMatchObject({
        msg: "The task failed; it is tried again.",
        err: { code: "E_HTTP_STATUS", message: expect.stringContaining("404") },
      });
    },
  );

  test.each([401, 403] as const)(
    "a token that was fetched and is refused with %i before its time is replaced at once",
    inOurTime,
    function* (refusal, { clock, databricks, server, start }) {
      databricks.jobs.add({ id: 7 });
      const run = databricks.start(7);
      yield* start(databricks.envFor("databricks_oauth"));
      yield* clock.advance(10_000);
      databricks.auth.refusal = refusal;
      databricks.auth.revoke();
      run.succeed();
      yield* clock.advance(10_000);
      expect([told(server.events), databricks.auth.issued]).toEqual([["run RUNNING", "run COMPLETED"], 2]);
    },
  );

  test(
    "a permission that is missing costs no more than a token a minute",
    inOurTime,
    function* ({ clock, databricks, start }) {
      const job = databricks.jobs.add({ id: 7 });
      databricks.jobs.add({ id: 8 });
      job.deny({ listed: true });
      databricks.start(7);
      yield* start({ ...databricks.envFor("databricks_oauth"), DK_DATABRICKS_FAILED_WATCH_PERIOD: "1" });
      yield* clock.advance(300_000);
      expect(gets(databricks).length).toBeGreaterThan(30);
      expect(databricks.auth.issued).toBeLessThanOrEqual(6);
    },
  );

  test(
    "one job's runs that only a list shows are tried again, ever less often",
    inOurTime,
    function* ({ clock, databricks, server, start }) {
      const job = databricks.jobs.add({ id: 7 });
      databricks.jobs.add({ id: 8, tasks: ["load"] });
      job.deny({ listed: true });
      databricks.start(7);
      databricks.start(8);
      yield* start();
      yield* clock.advance(600_000);
      expect(server.events.map(({ body }) => body["pipeline_key"])).toEqual(["8"]);
      expect(gets(databricks).length).toBeLessThan(12);
      job.allow();
      yield* clock.advance(600_000);
      expect(differences(databricks, server)).toEqual([]);
    },
  );
});
