import { describe, expect, suiteClock, test } from "../../../../testlib/index.ts";
import { ask, askAll, listIn } from "./client.ts";

const options = { clock: suiteClock };

test("lists jobs, the latest first, in pages", options, function* ({ clock, databricks }) {
  for (let job = 1; job <= 5; job++) {
    databricks.jobs.add({ name: `job ${job}` });
    yield* clock.advance(1);
  }
  databricks.submit({ name: "once" });
  const pages = yield* askAll(databricks, "list", { limit: 2 });
  const names = pages.map(({ body }) => listIn(body, "jobs").map(({ settings }) => Object(settings).name));
  expect(names).toEqual([["job 5", "job 4"], ["job 3", "job 2"], ["job 1"]]);
  expect(pages.map(({ body }) => body["has_more"])).toEqual([true, true, false]);
});

test("lists the jobs of a name, however it is written", function* ({ databricks }) {
  for (const name of ["Nightly", "nightly", "nightly 2"]) databricks.jobs.add({ name });
  const { body } = yield* ask(databricks, "list", { name: "NIGHTLY" });
  expect(listIn(body, "jobs")).toHaveLength(2);
});

test("tells all of a job", options, function* ({ clock: _, databricks }) {
  const job = databricks.jobs.add({
    id: 11,
    name: "nightly",
    creator: "etl@acme.io",
    cron: "0 0 0 * * ?",
    maxConcurrentRuns: 3,
    tasks: ["a", { key: "b", dependsOn: ["a"], runIf: "ALL_DONE" }],
  });
  expect((yield* ask(databricks, "get", { job_id: job.id })).body).toEqual({
    job_id: 11,
    creator_user_name: "etl@acme.io",
    run_as_user_name: "etl@acme.io",
    settings: {
      name: "nightly",
      format: "MULTI_TASK",
      max_concurrent_runs: 3,
      timeout_seconds: 0,
      schedule: { quartz_cron_expression: "0 0 0 * * ?", timezone_id: "UTC", pause_status: "UNPAUSED" },
      tasks: [
        { task_key: "a", run_if: "ALL_SUCCESS" },
        { task_key: "b", depends_on: [{ task_key: "a" }], run_if: "ALL_DONE" },
      ],
    },
    created_time: suiteClock.start,
  });
});

test("the tasks of a job come in pages in version 2.2", function* ({ databricks }) {
  const job = databricks.jobs.add({ tasks: Array.from({ length: 150 }, (_, index) => `t${index}`) });
  const pages = yield* askAll(databricks, "get", { job_id: job.id });
  expect(pages.map(({ body }) => listIn(Object(body["settings"]), "tasks").length)).toEqual([100, 50]);
  const [listed] = listIn((yield* ask(databricks, "list", { expand_tasks: true })).body, "jobs");
  expect([listIn(Object(listed?.["settings"]), "tasks").length, listed?.["has_more"]]).toEqual([100, true]);
});

test("a renamed job gives its next runs the new name", function* ({ databricks }) {
  const job = databricks.jobs.add({ name: "old" });
  const before = databricks.start(job);
  job.name = "new";
  expect([before.name, databricks.start(job).name, databricks.start(job, { name: "own" }).name]).toEqual([
    "old",
    "new",
    "own",
  ]);
});

describe("the output of a task run", () => {
  test("is what it returned, or why it failed", function* ({ databricks }) {
    const run = databricks.start(databricks.jobs.add({ tasks: ["good", "bad", "busy"] }));
    run.task("good").succeed();
    run.task("bad").fail("division by zero");
    run.task("busy").start();
    const outputOf = (key: string) => ask(databricks, "runs/get-output", { run_id: run.task(key).runId });
    expect((yield* outputOf("good")).body).toMatchObject({
      metadata: { run_id: run.task("good").runId, job_run_id: run.id },
      notebook_output: { result: "ok", truncated: false },
    });
    expect((yield* outputOf("bad")).body).toMatchObject({
      error: "division by zero",
      error_trace: expect.stringContaining("division by zero"),
    });
    expect((yield* outputOf("busy")).body).toMatchObject({ notebook_output: {} });
  });

  test("is not to be had of a run with tasks, but of one without", function* ({ databricks }) {
    const [many, alone] = [["a", "b"], []].map((tasks) => databricks.start(databricks.jobs.add({ tasks })));
    expect(yield* ask(databricks, "runs/get-output", { run_id: many?.id })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining("multiple tasks is not supported") },
    });
    alone?.succeed();
    expect((yield* ask(databricks, "runs/get-output", { run_id: alone?.id })).body).toMatchObject({
      notebook_output: { result: "ok" },
    });
  });
});
