import type { DatabricksTaskRun } from "../../../../testlib/databricks-server/index.ts";
import { describe, expect, suiteClock, test } from "../../../../testlib/index.ts";
import { thrownBy } from "../../../../testlib/thrown-by.ts";
import { ask } from "./client.ts";

type Act = (task: DatabricksTaskRun) => void;
type Row = readonly [
  what: string,
  act: Act,
  lifeCycle: string,
  result: string | undefined,
  state: string,
  code?: string,
  type?: string,
];

const rows: readonly Row[] = [
  ["waits", () => {}, "PENDING", undefined, "PENDING"],
  ["is blocked", (task) => task.block(), "BLOCKED", undefined, "BLOCKED"],
  ["waits for a retry", (task) => task.waitForRetry(), "WAITING_FOR_RETRY", undefined, "WAITING"],
  ["runs", (task) => task.start(), "RUNNING", undefined, "RUNNING"],
  ["winds down", (task) => task.windDown(), "TERMINATING", undefined, "TERMINATING"],
  ["succeeds", (task) => task.succeed(), "TERMINATED", "SUCCESS", "TERMINATED", "SUCCESS", "SUCCESS"],
  [
    "half succeeds",
    (task) => task.succeedWithFailures(),
    "TERMINATED",
    "SUCCESS_WITH_FAILURES",
    "TERMINATED",
    "SUCCESS_WITH_FAILURES",
    "SUCCESS",
  ],
  ["fails", (task) => task.fail(), "TERMINATED", "FAILED", "TERMINATED", "RUN_EXECUTION_ERROR", "CLIENT_ERROR"],
  ["times out", (task) => task.timeout(), "TERMINATED", "TIMEDOUT", "TERMINATED", "CANCELED", "CLIENT_ERROR"],
  ["is canceled", (task) => task.cancel(), "TERMINATED", "CANCELED", "TERMINATED", "USER_CANCELED", "CLIENT_ERROR"],
  [
    "is one too many",
    (task) => task.exceedConcurrency(),
    "TERMINATED",
    "MAXIMUM_CONCURRENT_RUNS_REACHED",
    "TERMINATED",
    "MAX_CONCURRENT_RUNS_EXCEEDED",
    "CLIENT_ERROR",
  ],
  [
    "follows a failure",
    (task) => task.failUpstream(),
    "TERMINATED",
    "UPSTREAM_FAILED",
    "TERMINATED",
    "SKIPPED",
    "CLIENT_ERROR",
  ],
  [
    "follows a cancellation",
    (task) => task.cancelUpstream(),
    "TERMINATED",
    "UPSTREAM_CANCELED",
    "TERMINATED",
    "SKIPPED",
    "CLIENT_ERROR",
  ],
  ["is excluded", (task) => task.exclude(), "TERMINATED", "EXCLUDED", "TERMINATED", "SKIPPED", "CLIENT_ERROR"],
  ["is disabled", (task) => task.disable(), "TERMINATED", "DISABLED", "TERMINATED", "DISABLED", "CLIENT_ERROR"],
  ["is skipped", (task) => task.skip(), "SKIPPED", undefined, "TERMINATED", "SKIPPED", "CLIENT_ERROR"],
  [
    "breaks down",
    (task) => task.breakDown(),
    "INTERNAL_ERROR",
    "FAILED",
    "TERMINATED",
    "INTERNAL_ERROR",
    "INTERNAL_ERROR",
  ],
  [
    "fails for a reason",
    (task) => task.fail("", { code: "CLUSTER_ERROR", type: "CLOUD_FAILURE" }),
    "TERMINATED",
    "FAILED",
    "TERMINATED",
    "CLUSTER_ERROR",
    "CLOUD_FAILURE",
  ],
  [
    "is in a state of tomorrow",
    (task) => task.become({ state: "HIBERNATING" }),
    "HIBERNATING",
    undefined,
    "HIBERNATING",
  ],
  [
    "ends in a way of tomorrow",
    (task) => task.become({ state: "TERMINATED", result: "MELTED" }),
    "TERMINATED",
    "MELTED",
    "TERMINATED",
    "RUN_EXECUTION_ERROR",
    "CLIENT_ERROR",
  ],
];

test.each(rows)("a task that %s", function* ([_what, act, lifeCycle, result, state, code, type], { databricks }) {
  const run = databricks.start(databricks.jobs.add({ tasks: ["a"] }));
  act(run.task("a"));
  const [task = {}] = (yield* ask(databricks, "runs/get", { run_id: run.id })).tasks;
  expect(task["state"]).toMatchObject({ life_cycle_state: lifeCycle });
  expect(task).toHaveProperty("state.user_cancelled_or_timedout", result === "CANCELED" || result === "TIMEDOUT");
  expect([task["state"]]).toEqual([
    expect.objectContaining(result === undefined ? { state_message: expect.any(String) } : { result_state: result }),
  ]);
  expect(Object.hasOwn(Object(task["state"]), "result_state")).toBe(result !== undefined);
  expect(task["status"]).toEqual(
    code === undefined ? { state } : { state, termination_details: { code, type, message: expect.any(String) } },
  );
});

test("a queued run says why, and later for how long", { clock: suiteClock }, function* ({ clock, databricks }) {
  const run = databricks.start(databricks.jobs.add(), { state: "QUEUED" });
  const queued = yield* ask(databricks, "runs/get", { run_id: run.id });
  expect(queued.body).toMatchObject({
    start_time: suiteClock.start,
    state: { life_cycle_state: "QUEUED", queue_reason: "Queued due to reaching maximum concurrent runs of 1." },
    status: { state: "QUEUED", queue_details: { code: "MAX_CONCURRENT_RUNS_REACHED" } },
  });
  yield* clock.advance(5_000);
  run.start();
  const { body } = yield* ask(databricks, "runs/get", { run_id: run.id });
  expect(body).toMatchObject({ start_time: suiteClock.start, queue_duration: 5_000 });
});

test("a message stands in both languages", function* ({ databricks }) {
  const run = databricks.start(databricks.jobs.add()).fail("boom");
  expect((yield* ask(databricks, "runs/get", { run_id: run.id })).body).toMatchObject({
    state: { state_message: "boom" },
    status: { termination_details: { message: "boom" } },
  });
});

describe("times of a task", () => {
  test("what ran has a start, at the latest when it ends; what was never run has none", {
    clock: suiteClock,
  }, function* ({ clock, databricks }) {
    const run = databricks.start(databricks.jobs.add({ tasks: ["slow", "quick", "never", "waits", "soon"] }));
    run.task("slow").start();
    run.task("soon").prepare();
    yield* clock.advance(1_000);
    run.task("slow").succeed();
    run.task("quick").fail();
    run.task("never").failUpstream();
    const { tasks } = yield* ask(databricks, "runs/get", { run_id: run.id });
    const [began, ended] = [suiteClock.start, suiteClock.start + 1_000];
    expect(tasks.map(({ task_key, start_time, end_time }) => [task_key, start_time, end_time])).toEqual([
      ["slow", began, ended],
      ["quick", ended, ended],
      ["never", 0, ended],
      ["waits", 0, 0],
      ["soon", began, 0],
    ]);
    expect(tasks.map((task) => "run_page_url" in task)).toEqual([true, true, false, false, true]);
  });

  test("can be told", { clock: suiteClock }, function* ({ clock: _, databricks }) {
    const hourAgo = suiteClock.start - 3_600_000;
    const run = databricks.start(databricks.jobs.add({ tasks: ["a"] }), { at: hourAgo });
    run
      .task("a")
      .start({ at: hourAgo + 1 })
      .succeed({ at: hourAgo + 2 });
    run.end({ at: hourAgo + 3 });
    const { body } = yield* ask(databricks, "runs/get", { run_id: run.id });
    const tasks = [{ start_time: hourAgo + 1, end_time: hourAgo + 2 }];
    expect(body).toMatchObject({ start_time: hourAgo, end_time: hourAgo + 3, tasks });
  });

  test("can be planned: it happens when it is time, and nobody has to do anything", { clock: suiteClock }, function* ({
    clock,
    databricks,
  }) {
    const run = databricks.start(databricks.jobs.add());
    run.windDown({ afterMs: 1_000 }).succeed({ afterMs: 2_000 });
    const states: unknown[] = [];
    for (const waitMs of [999, 1, 999, 1]) {
      yield* clock.advance(waitMs);
      const { body } = yield* ask(databricks, "runs/get", { run_id: run.id });
      states.push([body["status"], body["end_time"]]);
    }
    expect(states).toMatchObject([
      [{ state: "RUNNING" }, 0],
      [{ state: "TERMINATING" }, 0],
      [{ state: "TERMINATING" }, 0],
      [{ state: "TERMINATED" }, suiteClock.start + 2_000],
    ]);
  });
});

describe("the end of a run follows from its tasks", () => {
  test.each([
    [["succeed", "succeed"], "SUCCESS"],
    [["succeed", "exclude"], "SUCCESS"],
    [["succeed", "skip"], "SUCCESS"],
    [["fail", "succeed"], "FAILED"],
    [["breakDown", "succeed"], "FAILED"],
    [["timeout", "succeed"], "TIMEDOUT"],
    [["cancel", "cancelUpstream"], "CANCELED"],
    [["cancel", "fail"], "FAILED"],
  ] as const)("%j: %s", function* ([acts, result], { databricks }) {
    const run = databricks.start(databricks.jobs.add({ tasks: ["0", "1"] }));
    acts.forEach((act, index) => void run.task(String(index))[act]());
    expect(run.end().last.phase.result).toBe(result);
  });

  test("of the newest attempts", function* ({ databricks }) {
    const run = databricks.start(databricks.jobs.add({ tasks: ["a"] }));
    run.task("a").fail();
    run.task("a").retry().succeed();
    expect(run.end().last.phase.result).toBe("SUCCESS");
  });
});

describe("a script that cannot be is refused", () => {
  test.each([
    ["acts on what has ended", "Run 7 has ended; repair the run, or retry the task."],
    ["repairs what goes on", "Run 7 has not ended by then; only what has can be repaired or retried."],
    ["repairs what will end", "Run 7 has not ended by then; only what has can be repaired or retried."],
    ["retries what goes on", "Task a has not ended by then; only what has can be repaired or retried."],
    ["acts before what is planned", "Run 7 cannot become TERMINATED before what is planned for it already."],
    ["has no such task", "Run 7 has no task c; its tasks are: a, b."],
    ["has no such attempt", "Run 7 has no attempt 1 of task a; its tasks are: a, b."],
    ["takes an id twice", "There is a run 7 already."],
    ["knows no such job", "There is no job 3; add it first."],
  ] as const)("%s", function* ([what, message], { databricks }) {
    const job = databricks.jobs.add({ tasks: ["a", "b"] });
    const run = databricks.start(job, { id: 7 });
    const scripts = {
      "acts on what has ended": () => run.succeed().fail(),
      "repairs what goes on": () => run.repair(),
      "repairs what will end": () => run.fail("", { afterMs: 60_000 }).repair(),
      "retries what goes on": () => run.task("a").retry(),
      "acts before what is planned": () => run.windDown({ afterMs: 60_000 }).succeed(),
      "has no such task": () => run.task("c"),
      "has no such attempt": () => run.task("a", 1),
      "takes an id twice": () => databricks.start(job, { id: 7 }),
      "knows no such job": () => databricks.start(3),
    };
    const error = yield* thrownBy(function* () {
      scripts[what]();
    });
    expect(error).toMatchObject({ code: "E_DATABRICKS_SCRIPT", message });
  });

  test("begins in 1970, which the API takes for not at all", function* ({ clock: _, databricks }) {
    const job = databricks.jobs.add();
    const error = yield* thrownBy(function* () {
      databricks.start(job);
    });
    expect(error).toMatchObject({ code: "E_DATABRICKS_SCRIPT", message: expect.stringContaining("suiteClock") });
  });
});
