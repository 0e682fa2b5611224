import { describe, expect, suiteClock, test } from "../../../../testlib/index.ts";
import { ask, askAll, namesOf } from "./client.ts";

const midnight = suiteClock.start;
const minute = 60_000;

test("lists no runs when there are none", function* ({ databricks }) {
  expect((yield* ask(databricks, "runs/list")).text).toBe('{"has_more":false}');
});

test("says of a run what the real API says", { clock: suiteClock }, function* ({ clock: _, databricks }) {
  const job = databricks.jobs.add({
    id: 620000000000123n,
    name: "nightly_etl",
    cron: "0 0 0 * * ?",
    creator: "a@acme.io",
  });
  databricks.start(job, { id: 455644833 });
  const { status, headers, body } = yield* ask(databricks, "runs/list");
  expect([status, headers["content-type"]]).toEqual([200, "application/json"]);
  expect(body).toEqual({
    runs: [
      {
        job_id: 620000000000123,
        run_id: 455644833,
        creator_user_name: "a@acme.io",
        number_in_job: 455644833,
        original_attempt_run_id: 455644833,
        state: { life_cycle_state: "RUNNING", state_message: "", user_cancelled_or_timedout: false },
        status: { state: "RUNNING" },
        schedule: { quartz_cron_expression: "0 0 0 * * ?", timezone_id: "UTC", pause_status: "UNPAUSED" },
        start_time: midnight,
        setup_duration: 0,
        execution_duration: 0,
        cleanup_duration: 0,
        end_time: 0,
        trigger: "PERIODIC",
        run_name: "nightly_etl",
        run_page_url: "https://adb-11.7.azuredatabricks.net/?o=11#job/620000000000123/run/455644833",
        run_type: "JOB_RUN",
        format: "SINGLE_TASK",
        attempt_number: 0,
        job_run_id: 455644833,
      },
    ],
    has_more: false,
  });
});

test("lists the latest start first, and of equal ones the highest id", { clock: suiteClock }, function* ({
  clock: _,
  databricks,
}) {
  const job = databricks.jobs.add();
  for (const [name, at, id] of [
    ["noon", midnight + 720 * minute, 1],
    ["dawn, 3", midnight + 360 * minute, 3],
    ["midnight", midnight, 4],
    ["dawn, 2", midnight + 360 * minute, 2],
  ] as const)
    databricks.start(job, { name, at, id });
  expect(namesOf(yield* ask(databricks, "runs/list"))).toEqual(["noon", "dawn, 3", "dawn, 2", "midnight"]);
});

describe("of the runs it lists", () => {
  test("those that started within a time, its bounds included", { clock: suiteClock }, function* ({
    clock: _,
    databricks,
  }) {
    const job = databricks.jobs.add();
    for (const offset of [0, 1, 2, 3]) databricks.start(job, { name: `${offset}`, at: midnight + offset });
    const within = { start_time_from: midnight + 1, start_time_to: midnight + 2 };
    expect(namesOf(yield* ask(databricks, "runs/list", within))).toEqual(["2", "1"]);
    expect(namesOf(yield* ask(databricks, "runs/list", { start_time_from: midnight + 3 }))).toEqual(["3"]);
    expect(namesOf(yield* ask(databricks, "runs/list", { start_time_to: midnight }))).toEqual(["0"]);
  });

  test("those that are active, or those that have ended", { clock: suiteClock }, function* ({ clock: _, databricks }) {
    const job = databricks.jobs.add();
    const states = ["QUEUED", "PENDING", "RUNNING", "TERMINATING", "BLOCKED", "WAITING_FOR_RETRY"] as const;
    states.forEach((state, index) => void databricks.start(job, { name: state, state, at: midnight + index }));
    databricks.start(job, { name: "ended", at: midnight + 10 }).succeed();
    databricks.start(job, { name: "skipped", at: midnight + 11 }).skip();
    databricks.start(job, { name: "broken", at: midnight + 12 }).breakDown();
    const active = yield* ask(databricks, "runs/list", { active_only: true });
    expect(namesOf(active)).toEqual(["TERMINATING", "RUNNING", "PENDING", "QUEUED"]);
    const completed = yield* ask(databricks, "runs/list", { completed_only: "True" });
    expect(namesOf(completed)).toEqual(["broken", "skipped", "ended"]);
  });

  test("those of a job", function* ({ databricks }) {
    const jobs = ["a", "b"].map((name) => databricks.jobs.add({ name }));
    for (const job of jobs) databricks.start(job);
    expect(namesOf(yield* ask(databricks, "runs/list", { job_id: jobs[1]?.id }))).toEqual(["b"]);
  });

  test("those of a type", function* ({ databricks }) {
    databricks.start(databricks.jobs.add({ name: "job" }));
    databricks.submit({ name: "once" });
    expect(namesOf(yield* ask(databricks, "runs/list", { run_type: "SUBMIT_RUN" }))).toEqual(["once"]);
    expect(namesOf(yield* ask(databricks, "runs/list", { run_type: "JOB_RUN" }))).toEqual(["job"]);
    expect(namesOf(yield* ask(databricks, "runs/list", { run_type: "WORKFLOW_RUN" }))).toEqual([]);
  });

  test("none that is only planned, deleted, or ended 60 days ago", { clock: suiteClock }, function* ({
    clock,
    databricks,
  }) {
    const job = databricks.jobs.add();
    databricks.start(job, { name: "planned", afterMs: minute });
    databricks.start(job, { name: "deleted" }).remove();
    databricks.start(job, { name: "ended" }).succeed();
    expect(namesOf(yield* ask(databricks, "runs/list"))).toEqual(["ended"]);
    yield* clock.advance(60 * 24 * 60 * minute);
    expect(namesOf(yield* ask(databricks, "runs/list"))).toEqual(["planned", "ended"]);
    yield* clock.advance(1);
    expect(namesOf(yield* ask(databricks, "runs/list"))).toEqual(["planned"]);
  });
});

describe("of a list's pages", () => {
  test.each([
    [undefined, 20],
    [7, 7],
    [25, 25],
    [0, 25],
  ] as const)("with a limit of %s each has %s runs", function* ([limit, size], { databricks }) {
    const job = databricks.jobs.add();
    for (let run = 0; run < 30; run++) databricks.start(job);
    expect((yield* ask(databricks, "runs/list", { limit })).runs).toHaveLength(size);
  });

  test("each says whether there is another, and how to get it and the one before", { clock: suiteClock }, function* ({
    clock: _,
    databricks,
  }) {
    const job = databricks.jobs.add();
    for (let run = 1; run <= 5; run++) databricks.start(job, { name: `${run}`, at: midnight + run });
    const pages = yield* askAll(databricks, "runs/list", { limit: 2 });
    expect(pages.map(namesOf)).toEqual([["5", "4"], ["3", "2"], ["1"]]);
    expect(pages.map(({ body }) => body["has_more"])).toEqual([true, true, false]);
    expect(pages.map(({ body }) => "next_page_token" in body)).toEqual([true, true, false]);
    expect(pages.map(({ body }) => "prev_page_token" in body)).toEqual([false, true, true]);
    const before = yield* ask(databricks, "runs/list", {
      limit: 2,
      page_token: String(pages[2]?.body["prev_page_token"]),
    });
    expect(namesOf(before)).toEqual(["3", "2"]);
    const first = yield* ask(databricks, "runs/list", { limit: 2, page_token: String(before.body["prev_page_token"]) });
    expect([namesOf(first), first.body["has_more"], "prev_page_token" in first.body]).toEqual([
      ["5", "4"],
      true,
      false,
    ]);
  });

  test("none has a run twice, or misses one, while others are started, also late ones", {
    clock: suiteClock,
  }, function* ({ clock: _, databricks }) {
    const job = databricks.jobs.add();
    const expected = Array.from({ length: 60 }, (_each, index) => databricks.start(job, { at: midnight + index }));
    const seen: unknown[] = [];
    let page_token: string | undefined;
    for (let page = 0; page === 0 || page_token !== undefined; page++) {
      const asked = yield* ask(databricks, "runs/list", { limit: 7, page_token });
      seen.push(...asked.runs.map(({ run_id }) => run_id));
      page_token = asked.nextToken;
      for (let more = 0; more < 10; more++) databricks.start(job, { at: midnight + 1_000 + page });
    }
    expect(seen).toEqual(expected.map(({ id }) => id).reverse());
    expect(new Set(seen).size).toBe(60);
  });

  test("the old offset shifts by what is added", { clock: suiteClock }, function* ({ clock: _, databricks }) {
    const job = databricks.jobs.add();
    for (let run = 1; run <= 3; run++) databricks.start(job, { name: `${run}`, at: midnight + run });
    expect(namesOf(yield* ask(databricks, "runs/list", { limit: 1, offset: 1 }))).toEqual(["2"]);
    databricks.start(job, { name: "4", at: midnight + 4 });
    expect(namesOf(yield* ask(databricks, "runs/list", { limit: 1, offset: 2 }))).toEqual(["2"]);
    expect(namesOf(yield* ask(databricks, "runs/list", { offset: 10 }))).toEqual([]);
  });

  test("a token has what must be encoded in an address", function* ({ databricks }) {
    const job = databricks.jobs.add();
    for (let run = 0; run < 26; run++) databricks.start(job);
    expect((yield* ask(databricks, "runs/list")).nextToken).toMatch(/^CAEQ[\w-]+=+$/);
  });
});

describe("tasks in a list", () => {
  test("are there when they are asked for", function* ({ databricks }) {
    databricks.start(databricks.jobs.add({ tasks: ["a", "b"] }));
    expect((yield* ask(databricks, "runs/list")).runs[0]).not.toHaveProperty("tasks");
    const { runs } = yield* ask(databricks, "runs/list", { expand_tasks: true });
    expect(runs).toMatchObject([{ format: "MULTI_TASK", tasks: [{ task_key: "a" }, { task_key: "b" }] }]);
  });

  test("are the first 100 in version 2.2, which says that there are more, and all in 2.1", function* ({ databricks }) {
    const tasks = Array.from({ length: 101 }, (_, index) => `t${index}`);
    databricks.start(databricks.jobs.add({ tasks }));
    databricks.start(databricks.jobs.add({ tasks: tasks.slice(1) }));
    const lengths = function* (version: string) {
      const { runs } = yield* ask(databricks, "runs/list", { expand_tasks: true }, { version });
      return runs.map(({ tasks, has_more }) => [Array.isArray(tasks) ? tasks.length : tasks, has_more]);
    };
    const cut = yield* lengths("2.2");
    expect(cut).toEqual(
      expect.arrayContaining([
        [100, true],
        [100, undefined],
      ]),
    );
    expect(yield* lengths("2.1")).toEqual(
      expect.arrayContaining([
        [101, undefined],
        [100, undefined],
      ]),
    );
  });
});
