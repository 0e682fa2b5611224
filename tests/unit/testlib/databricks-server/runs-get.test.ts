import { useDatabricksServer } from "../../../../testlib/databricks-server/index.ts";
import { describe, expect, suiteClock, test } from "../../../../testlib/index.ts";
import { ask, askAll, listIn } from "./client.ts";

const midnight = suiteClock.start;
const second = 1_000;
const options = { clock: suiteClock };

test("tells of a run and its tasks, as the example of the specification", options, function* ({ clock, databricks }) {
  const tasks = [
    { key: "ingest", id: 901 },
    { key: "publish", id: 902, dependsOn: ["ingest"] },
  ];
  const job = databricks.jobs.add({ id: 620000000000123n, name: "nightly_etl", tasks });
  const run = databricks.start(job, { id: 455644833 });
  yield* clock.advance(second);
  run.task("ingest").start();
  const pageUrl = "https://adb-11.7.azuredatabricks.net/?o=11#job/620000000000123/run/901";
  expect((yield* ask(databricks, "runs/get", { run_id: run.id })).tasks).toEqual([
    {
      run_id: 901,
      task_key: "ingest",
      notebook_task: { notebook_path: "/Workspace/etl/ingest", source: "WORKSPACE" },
      run_if: "ALL_SUCCESS",
      state: { life_cycle_state: "RUNNING", state_message: "", user_cancelled_or_timedout: false },
      status: { state: "RUNNING" },
      run_page_url: pageUrl,
      start_time: midnight + second,
      setup_duration: 0,
      execution_duration: 0,
      cleanup_duration: 0,
      end_time: 0,
      attempt_number: 0,
    },
    {
      run_id: 902,
      task_key: "publish",
      notebook_task: { notebook_path: "/Workspace/etl/publish", source: "WORKSPACE" },
      depends_on: [{ task_key: "ingest" }],
      run_if: "ALL_SUCCESS",
      state: { life_cycle_state: "BLOCKED", state_message: "", user_cancelled_or_timedout: false },
      status: { state: "BLOCKED" },
      start_time: 0,
      setup_duration: 0,
      execution_duration: 0,
      cleanup_duration: 0,
      end_time: 0,
      attempt_number: 0,
    },
  ]);
  yield* clock.advance(59 * second);
  run.task("ingest").succeed();
  run
    .task("publish")
    .start({ afterMs: second })
    .succeed({ afterMs: 60 * second });
  run.end({ afterMs: 60 * second + 500 });
  yield* clock.advance(60 * second + 500);
  const { body } = yield* ask(databricks, "runs/get", { run_id: run.id });
  expect(body).toMatchObject({
    state: { life_cycle_state: "TERMINATED", result_state: "SUCCESS", state_message: "" },
    start_time: midnight,
    end_time: midnight + 120_500,
    run_duration: 120_500,
    tasks: [
      { run_id: 901, start_time: midnight + second, end_time: midnight + 60 * second, execution_duration: 59 * second },
      { run_id: 902, start_time: midnight + 61 * second, end_time: midnight + 120 * second },
    ],
  });
});

test("a run without tasks has no list of them", function* ({ databricks }) {
  const run = databricks.start(databricks.jobs.add());
  const { body } = yield* ask(databricks, "runs/get", { run_id: run.id });
  expect(["tasks" in body, body["format"]]).toEqual([false, "SINGLE_TASK"]);
});

describe("ids of 64 bits", () => {
  test("are written with all their digits", function* ({ databricks }) {
    const job = databricks.jobs.add({ id: 9_223_372_036_854_775_807n, tasks: ["a"] });
    const run = databricks.start(job, { id: 9_007_199_254_740_993n });
    const { text } = yield* ask(databricks, "runs/get", { run_id: run.id });
    expect(text).toContain('"job_id":9223372036854775807,"run_id":9007199254740993,');
  });

  test("by default none survives a double, and neighbours become one", function* ({ databricks }) {
    const job = databricks.jobs.add({ tasks: ["a"] });
    const runs = [databricks.start(job), databricks.start(job)];
    const ids = [job.id, ...runs.flatMap((run) => [run.id, run.task("a").runId])];
    expect(ids.filter((id) => BigInt(Number(id)) === id || id >= 2n ** 63n)).toEqual([]);
    expect(Number(runs[0]?.id)).toBe(Number(runs[1]?.id));
  });
});

describe("repairs and retries", () => {
  test(
    "a repair is the same run with other task runs, and its history on request",
    options,
    function* ({ clock, databricks }) {
      const run = databricks.start(databricks.jobs.add({ tasks: ["ingest", "publish"] }));
      run.task("ingest").start().fail("boom", { afterMs: second });
      run.task("publish").succeed();
      run.end({ afterMs: second });
      yield* clock.advance(10 * second);
      run.repair({ id: 734650698524280n });
      expect(run.task("ingest").start().attempt).toBe(1);
      const [failed, , again] = run.tasks;
      const asked = yield* ask(databricks, "runs/get", { run_id: run.id, include_history: true });
      expect(asked.body).toMatchObject({
        start_time: midnight,
        end_time: 0,
        trigger: "ONE_TIME",
        state: { life_cycle_state: "RUNNING" },
        tasks: [
          { run_id: failed?.runId, task_key: "ingest", attempt_number: 0, state: { result_state: "FAILED" } },
          { task_key: "publish", attempt_number: 0 },
          { run_id: again?.runId, task_key: "ingest", attempt_number: 1, start_time: midnight + 10 * second },
        ],
      });
      expect(asked.body["repair_history"]).toMatchObject([
        {
          type: "ORIGINAL",
          start_time: midnight,
          end_time: midnight + second,
          state: { life_cycle_state: "TERMINATED", result_state: "FAILED" },
          status: { state: "TERMINATED", termination_details: { code: "RUN_EXECUTION_ERROR" } },
          task_run_ids: [failed?.runId, run.tasks[1]?.runId],
        },
        {
          type: "REPAIR",
          id: 734650698524280,
          start_time: midnight + 10 * second,
          end_time: 0,
          state: { life_cycle_state: "RUNNING" },
          task_run_ids: [again?.runId],
        },
      ]);
      expect(asked.body["repair_history"]).not.toHaveProperty("0.id");
      run.task("ingest").succeed({ afterMs: second });
      run.end({ afterMs: second });
      yield* clock.advance(second);
      const ended = yield* ask(databricks, "runs/get", { run_id: run.id });
      expect([ended.body["end_time"], ended.body["repair_history"]]).toEqual([midnight + 11 * second, undefined]);
    },
  );

  test("a repair runs those tasks that it is told to, and those wait for each other", function* ({ databricks }) {
    const tasks = ["a", { key: "b", dependsOn: ["a"] }, { key: "c", dependsOn: ["a", "b"] }];
    const run = databricks.start(databricks.jobs.add({ tasks }));
    run.task("a").succeed();
    run.task("b").fail();
    run.task("c").failUpstream();
    run.end().repair({ tasks: ["b", "c"], state: "PENDING" });
    const { body, tasks: shown } = yield* ask(databricks, "runs/get", { run_id: run.id });
    expect(body).toMatchObject({ state: { life_cycle_state: "PENDING" } });
    expect(shown.slice(3)).toMatchObject([
      { task_key: "b", depends_on: [], state: { life_cycle_state: "PENDING" } },
      { task_key: "c", depends_on: [{ task_key: "b" }], state: { life_cycle_state: "BLOCKED" } },
    ]);
  });

  test("a retry of a task is another task run, which waits first", function* ({ databricks }) {
    const run = databricks.start(databricks.jobs.add({ tasks: ["a"] }));
    run.task("a").fail("once");
    const retry = run.task("a").retry();
    const { tasks } = yield* ask(databricks, "runs/get", { run_id: run.id });
    expect(tasks).toMatchObject([
      { attempt_number: 0, state: { result_state: "FAILED", state_message: "once" } },
      {
        run_id: retry.runId,
        attempt_number: 1,
        start_time: 0,
        state: { life_cycle_state: "WAITING_FOR_RETRY" },
        status: { state: "WAITING" },
      },
    ]);
    expect([run.task("a"), run.task("a", 0).last.phase.message]).toEqual([retry, "once"]);
  });

  test("a retry of a run is another run, which names the first", function* ({ databricks }) {
    const job = databricks.jobs.add();
    const first = databricks.start(job).fail();
    const second = databricks.start(job, { retryOf: first }).fail();
    const third = databricks.start(job, { retryOf: second });
    expect((yield* ask(databricks, "runs/get", { run_id: third.id })).body).toMatchObject({
      trigger: "RETRY",
      attempt_number: 2,
      original_attempt_run_id: first.id,
    });
  });
});

describe("more than 100 elements", () => {
  test("come in pages in version 2.2: scalars on each, lists that are exhausted empty", function* ({ databricks }) {
    const tasks = Array.from({ length: 220 }, (_, index) => `t${index}`);
    const jobParameters = Object.fromEntries(tasks.slice(0, 101).map((name) => [name, "x"]));
    const run = databricks.start(databricks.jobs.add({ name: "wide", tasks }), {
      jobParameters,
      jobClusters: ["small"],
    });
    const pages = yield* askAll(databricks, "runs/get", { run_id: run.id, include_history: true });
    const lists = ["tasks", "job_parameters", "job_clusters", "repair_history"];
    expect(pages.map(({ body }) => lists.map((list) => listIn(body, list).length))).toEqual([
      [100, 100, 1, 1],
      [100, 1, 0, 0],
      [20, 0, 0, 0],
    ]);
    expect(pages.map(({ body }) => [body["run_name"], "prev_page_token" in body])).toEqual([
      ["wide", false],
      ["wide", true],
      ["wide", true],
    ]);
    expect(pages[2]?.body).toMatchObject({ job_parameters: [], job_clusters: [], repair_history: [] });
    expect(pages.flatMap((page) => page.tasks.map(({ task_key }) => task_key))).toEqual(tasks);
    const back = yield* ask(databricks, "runs/get", {
      run_id: run.id,
      page_token: `${pages[2]?.body["prev_page_token"]}`,
    });
    expect(back.tasks[0]).toMatchObject({ task_key: "t100" });
  });

  test("come at once in version 2.1", function* ({ databricks }) {
    const run = databricks.start(
      databricks.jobs.add({ tasks: Array.from({ length: 120 }, (_, index) => `t${index}`) }),
    );
    const { tasks, nextToken } = yield* ask(databricks, "runs/get", { run_id: run.id }, { version: "2.1" });
    expect([tasks.length, nextToken]).toEqual([120, undefined]);
  });

  test("come in pages in version 2.1 too, when its reference is to be believed", function* () {
    const databricks = yield* useDatabricksServer({ pagesLists21: true });
    const run = databricks.start(
      databricks.jobs.add({ tasks: Array.from({ length: 120 }, (_, index) => `t${index}`) }),
    );
    const { tasks, nextToken } = yield* ask(databricks, "runs/get", { run_id: run.id }, { version: "2.1" });
    expect([tasks.length, nextToken]).toEqual([100, expect.any(String)]);
  });

  test("a token of another run is refused", function* ({ databricks }) {
    const job = databricks.jobs.add({ tasks: Array.from({ length: 101 }, (_, index) => `t${index}`) });
    const [one, other] = [databricks.start(job), databricks.start(job)];
    const { nextToken } = yield* ask(databricks, "runs/get", { run_id: one.id });
    expect((yield* ask(databricks, "runs/get", { run_id: other.id, page_token: nextToken })).body).toEqual({
      error_code: "INVALID_PARAMETER_VALUE",
      message: `Invalid page token: ${nextToken}`,
    });
  });
});

describe("a task run asked for by its own id", () => {
  test("is a run with one task, and names the run it belongs to", function* ({ databricks }) {
    const run = databricks.start(databricks.jobs.add({ tasks: ["a", "b"] }));
    const task = run.task("b").start();
    expect((yield* ask(databricks, "runs/get", { run_id: task.runId })).body).toMatchObject({
      run_id: task.runId,
      job_run_id: run.id,
      run_name: "b",
      state: { life_cycle_state: "RUNNING" },
      tasks: [{ run_id: task.runId, task_key: "b" }],
    });
  });

  test("of a for-each task has its iterations, and they come in pages too", function* ({ databricks }) {
    const forEach = { iterations: 101, concurrency: 2 };
    const run = databricks.start(databricks.jobs.add({ tasks: [{ key: "each", forEach }] }));
    const task = run.task("each").start();
    const [first, second, third] = task.iterations;
    first?.succeed();
    second?.fail("no such table");
    third?.start();
    const pages = yield* askAll(databricks, "runs/get", { run_id: task.runId });
    expect(pages.map(({ body }) => listIn(body, "iterations").length)).toEqual([100, 1]);
    expect(pages[0]?.body).toMatchObject({
      tasks: [
        {
          for_each_task: {
            concurrency: 2,
            stats: {
              task_run_stats: {
                total_iterations: 101,
                scheduled_iterations: 3,
                active_iterations: 1,
                completed_iterations: 2,
                succeeded_iterations: 1,
                failed_iterations: 1,
              },
            },
          },
        },
      ],
      iterations: expect.arrayContaining([
        expect.objectContaining({ run_id: second?.runId, task_key: "each_iteration" }),
      ]),
    });
    expect((yield* ask(databricks, "runs/get", { run_id: second?.runId })).body).toMatchObject({
      job_run_id: run.id,
      state: { result_state: "FAILED", state_message: "no such table" },
    });
  });
});

describe("fields", () => {
  test("can be anything, or missing, in a run and its tasks", function* ({ databricks }) {
    const run = databricks.start(databricks.jobs.add({ tasks: ["a"] }), {
      fields: { run_name: undefined, start_time: "soon" },
    });
    run.task("a").fields = { state: undefined, run_id: undefined };
    for (const { body } of [
      { body: (yield* ask(databricks, "runs/list", { expand_tasks: true })).runs[0] ?? {} },
      yield* ask(databricks, "runs/get", { run_id: run.id }),
    ]) {
      expect(body).toMatchObject({ start_time: "soon", tasks: [{ task_key: "a", status: { state: "PENDING" } }] });
      expect([
        Object.hasOwn(body, "run_name"),
        listIn(body, "tasks").some((task) => "state" in task || "run_id" in task),
      ]).toEqual([false, false]);
    }
  });
});
