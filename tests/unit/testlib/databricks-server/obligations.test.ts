import { spawn } from "effection";
import { databricksFault } from "../../../../testlib/databricks-server/index.ts";
import {
  type AcceptedEvent,
  compare,
  type DatabricksObligation,
  describe,
  expect,
  suiteClock,
  test,
} from "../../../../testlib/index.ts";
import { outcomeOf } from "../observability-server/client.ts";
import { ask } from "./client.ts";

const options = { clock: suiteClock };
const second = 1_000;

/** `job/run[/task]: STATUS`, with a question mark when it is optional. */
function told(obligations: readonly DatabricksObligation[]): readonly string[] {
  return obligations.map(({ task, status, optional }) => `${task ?? "run"} ${status}${optional ? "?" : ""}`);
}

const byKey = { taskKey: "task_key" } as const;

describe("what is owed", () => {
  test("nothing, of a run that no reply has shown", options, function* ({ clock: _, databricks }) {
    databricks.start(databricks.jobs.add()).succeed();
    expect(databricks.obligations()).toEqual([]);
    expect(told(databricks.obligations({ runs: "all" }))).toEqual(["run RUNNING?", "run COMPLETED"]);
    databricks.start(databricks.jobs.add());
    const sure = { runs: "all", unseenRunning: "required" } as const;
    expect(told(databricks.obligations(sure))).toEqual(["run RUNNING", "run COMPLETED", "run RUNNING"]);
  });

  test(
    "that a run has begun, at its start_time: when it came into the queue, and so for a repair",
    options,
    function* ({ clock, databricks }) {
      const run = databricks.start(databricks.jobs.add({ id: 7, tasks: ["a"] }), { state: "QUEUED" });
      const queued = [databricks.now()];
      run.start({ afterMs: second });
      run
        .task("a")
        .start({ afterMs: second })
        .fail("", { afterMs: 2 * second });
      run.end({ afterMs: 2 * second });
      yield* clock.advance(5 * second);
      queued.push(databricks.now());
      run.repair({ state: "QUEUED" });
      run.start({ afterMs: second });
      yield* clock.advance(5 * second);
      const begun = databricks.obligations({ runs: "all" }).filter(({ task, status }) => !task && status === "RUNNING");
      expect(begun.map(({ at }) => at)).toEqual(queued);
    },
  );

  test("what was listed, with names and times", options, function* ({ clock, databricks }) {
    const run = databricks.start(databricks.jobs.add({ id: 7, tasks: [{ key: "a", id: 901 }] }), { id: 8 });
    yield* clock.advance(second);
    run.task("a").start();
    yield* clock.advance(second);
    yield* ask(databricks, "runs/list", { expand_tasks: true });
    const [at, seenAt] = [suiteClock.start, suiteClock.start + 2 * second];
    expect(databricks.obligations()).toEqual([
      { pipeline: "7", run: "8", status: "RUNNING", at, seenAt, attempt: 0, repair: 0 },
      { pipeline: "7", run: "8", task: "901", status: "RUNNING", at: at + second, seenAt, attempt: 0, repair: 0 },
    ]);
  });

  test(
    "an end also when nobody has looked since, but not a beginning that nobody saw",
    options,
    function* ({ clock, databricks }) {
      const run = databricks.start(databricks.jobs.add({ tasks: ["seen", "unseen"] }));
      run.task("seen").start();
      yield* ask(databricks, "runs/get", { run_id: run.id });
      yield* clock.advance(second);
      run.task("seen").fail();
      run.task("unseen").start().succeed({ afterMs: second });
      run.end({ afterMs: second });
      yield* clock.advance(second);
      expect(told(databricks.obligations(byKey))).toEqual([
        "run RUNNING",
        "seen RUNNING",
        "seen FAILED",
        "unseen RUNNING?",
        "unseen COMPLETED",
        "run FAILED",
      ]);
      const required = databricks.obligations({ ...byKey, unseenRunning: "required" });
      expect(told(required).filter((text) => text.endsWith("?"))).toEqual([]);
    },
  );

  test("nothing of what waits, or is in a state that nobody knows", options, function* ({ clock: _, databricks }) {
    const tasks = ["queued", "blocked", "retried", "pending", "unknown", "prepared"];
    const run = databricks.start(databricks.jobs.add({ tasks }), { state: "QUEUED" });
    run.task("queued").queue();
    run.task("blocked").block();
    run.task("retried").waitForRetry();
    run.task("unknown").become({ state: "HIBERNATING" });
    run.task("prepared").prepare();
    yield* ask(databricks, "runs/get", { run_id: run.id });
    expect(told(databricks.obligations(byKey))).toEqual(["prepared RUNNING"]);
    expect(databricks.exposures.map(({ state, status }) => [state, status])).toEqual([
      ["QUEUED", undefined],
      ["QUEUED", undefined],
      ["BLOCKED", undefined],
      ["WAITING_FOR_RETRY", undefined],
      ["PENDING", undefined],
      ["HIBERNATING", undefined],
      ["PENDING", "RUNNING"],
    ]);
  });

  test.each([
    ["succeed", ["RUNNING?", "COMPLETED"]],
    ["succeedWithFailures", ["RUNNING?", "COMPLETED_WITH_WARNINGS"]],
    ["fail", ["RUNNING?", "FAILED"]],
    ["timeout", ["RUNNING?", "FAILED"]],
    ["breakDown", ["RUNNING?", "FAILED"]],
    ["cancel", ["FAILED"]],
    ["exceedConcurrency", ["FAILED"]],
    ["failUpstream", ["FAILED"]],
    ["cancelUpstream", ["FAILED"]],
    ["exclude", ["COMPLETED_WITH_WARNINGS"]],
    ["disable", ["COMPLETED_WITH_WARNINGS"]],
    ["skip", ["COMPLETED_WITH_WARNINGS"]],
  ] as const)("of a task that ends with %s: %j", function* ([act, statuses], { databricks }) {
    const run = databricks.start(databricks.jobs.add({ tasks: ["a"] }));
    run.task("a")[act]();
    yield* ask(databricks, "runs/get", { run_id: run.id });
    expect(told(databricks.obligations(byKey))).toEqual(["run RUNNING", ...statuses.map((status) => `a ${status}`)]);
  });

  test("of each attempt, and of each repair in its turn", options, function* ({ clock, databricks }) {
    const run = databricks.start(databricks.jobs.add({ tasks: ["a"] }));
    const look = () => ask(databricks, "runs/get", { run_id: run.id });
    run.task("a").start();
    yield* look();
    run.task("a").fail();
    run.task("a").retry().start();
    yield* look();
    run.task("a").fail();
    run.end();
    yield* look();
    yield* clock.advance(second);
    run.repair();
    run.task("a").start();
    run.task("a").succeed();
    run.end();
    yield* look();
    expect(told(databricks.obligations(byKey))).toEqual([
      "run RUNNING",
      "a RUNNING",
      "a FAILED",
      "a RUNNING",
      "a FAILED",
      "run FAILED",
      "run RUNNING?",
      "a RUNNING?",
      "a COMPLETED",
      "run COMPLETED",
    ]);
    expect(databricks.obligations(byKey).map(({ attempt, repair }) => [attempt, repair])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 0],
      [1, 0],
      [0, 0],
      [0, 1],
      [2, 1],
      [2, 1],
      [0, 1],
    ]);
  });

  test(
    "an end that a repair has undone is optional, unless a reply has shown it",
    options,
    function* ({ clock: _, databricks }) {
      const job = databricks.jobs.add();
      const [seen, unseen] = [databricks.start(job), databricks.start(job)];
      yield* ask(databricks, "runs/list");
      for (const run of [seen, unseen]) run.fail();
      yield* ask(databricks, "runs/get", { run_id: seen.id });
      for (const run of [seen, unseen]) run.repair();
      yield* ask(databricks, "runs/list");
      expect(databricks.obligations().map(({ run, status, optional = false }) => [run, status, optional])).toEqual([
        [String(seen.id), "RUNNING", false],
        [String(seen.id), "FAILED", false],
        [String(seen.id), "RUNNING", false],
        [String(unseen.id), "RUNNING", false],
        [String(unseen.id), "FAILED", true],
        [String(unseen.id), "RUNNING", false],
      ]);
    },
  );

  test("no end of a run that is not to be seen any more", options, function* ({ clock: _, databricks }) {
    const jobs = ["deleted", "denied"].map((name) => databricks.jobs.add({ name }));
    const runs = jobs.map((job) => databricks.start(job));
    yield* ask(databricks, "runs/list");
    for (const run of runs) run.succeed();
    runs[0]?.remove();
    jobs[1]?.deny();
    expect(told(databricks.obligations())).toEqual(["run RUNNING", "run COMPLETED?", "run RUNNING", "run COMPLETED?"]);
  });

  test.each([
    ["never came", { hang: true }],
    ["was cut off before it began", { reset: "before" }],
    ["was cut off half-way", { reset: "during" }],
    ["cannot be read", { cut: true }],
    ["was HTML", databricksFault.signInPage()],
    ["was an error", databricksFault.tooManyRequests()],
    ["lacked fields", databricksFault.without("state")],
    ["had no runs", databricksFault.emptyPage()],
    ["nobody waited for", { delayMs: 3_600_000 }],
  ] as const)("nothing, of a reply that %s", function* ([_what, fault], { databricks }) {
    databricks.start(databricks.jobs.add());
    databricks.faults.next(fault);
    const asked = yield* spawn(() => outcomeOf(ask(databricks, "runs/list")));
    if ("hang" in fault || "delayMs" in fault) yield* databricks.until(({ total }) => total === 1);
    else yield* asked;
    yield* asked.halt();
    yield* databricks.until(({ inFlight }) => inFlight === 0);
    expect([databricks.exposures, databricks.obligations()]).toEqual([[], []]);
    yield* ask(databricks, "runs/list");
    expect(databricks.exposures).toHaveLength(1);
  });

  test.each([
    ["leads in a circle", databricksFault.loopingPageToken()],
    ["has one record too many", databricksFault.strayRecord(null)],
    ["is late", { delayMs: 1 }],
  ] as const)("what a reply shows that %s", function* ([_what, fault], { databricks }) {
    databricks.start(databricks.jobs.add());
    databricks.faults.next(fault);
    yield* ask(databricks, "runs/list");
    expect(told(databricks.obligations())).toEqual(["run RUNNING"]);
  });
});

test("is in the form that compare takes", options, function* ({ clock: _, databricks }) {
  const run = databricks.start(databricks.jobs.add({ tasks: ["a"] }));
  run.task("a").start().succeed();
  run.end();
  yield* ask(databricks, "runs/list", { expand_tasks: true });
  const owed = databricks.obligations();
  expect(compare(owed, owed.map(toEvent))).toEqual([]);
  expect(compare(owed, owed.filter(({ status }) => status !== "RUNNING").map(toEvent))).toEqual([]);
  const task = `run ${run.job.id}/${run.id}, task ${run.task("a").runId}`;
  expect(compare(owed, owed.slice(0, -2).map(toEvent))).toEqual([
    { kind: "missing", text: `${task}: COMPLETED` },
    { kind: "missing", text: `run ${run.job.id}/${run.id}: COMPLETED` },
  ]);
});

function toEvent({ pipeline, run, task, status, at }: DatabricksObligation, index: number): AcceptedEvent {
  const keys = { pipeline_key: pipeline, run_key: run, status, ...(task !== undefined && { task_key: task }) };
  return { sequence: index + 1, receivedAt: at, type: "run-status", source: "API", body: keys };
}
