import { describe, expect, test } from "vitest";
import { ended, eventsOf, Looks, lines, NOW, runJson, running, T0, taskJson } from "./support.ts";

const PAGE = "https://adb-11.7.azuredatabricks.net/?o=11#job/620000000000123/run";

describe("a run that succeeds", () => {
  const first = runJson({
    tasks: [
      taskJson(901, "ingest", { start_time: T0 + 1_000, state: running() }),
      taskJson(902, "publish", { run_page_url: undefined }),
    ],
  });
  const second = runJson({
    end_time: T0 + 120_500,
    state: ended("SUCCESS"),
    tasks: [
      taskJson(901, "ingest", { start_time: T0 + 1_000, end_time: T0 + 60_000, state: ended("SUCCESS") }),
      taskJson(902, "publish", { start_time: T0 + 61_000, end_time: T0 + 120_000, state: ended("SUCCESS") }),
    ],
  });
  const beginning = ["run RUNNING 00:00:00", "901 RUNNING 00:00:01"];
  const rest = [
    "901 COMPLETED 00:01:00",
    "902 RUNNING 00:01:01",
    "902 COMPLETED 00:02:00",
    "run COMPLETED 00:02:00.500",
  ];

  test("is told as it goes on, its tasks before its end", () => {
    const looks = new Looks(first);
    expect(lines(looks.at(first))).toEqual(beginning);
    expect(lines(looks.at(second))).toEqual(rest);
  });

  test("is told whole when it is first seen at its end", () => {
    expect(lines(eventsOf(second))).toEqual([beginning[0], beginning[1], ...rest]);
  });

  test("is told once, whatever is seen again", () => {
    const looks = new Looks(first);
    looks.at(first);
    const { watched } = looks;
    expect(looks.at(first)).toEqual([]);
    expect(looks.watched).toBe(watched); // so that nothing is written either
    looks.at(second);
    const over = looks.watched;
    expect(looks.at(second)).toEqual([]);
    expect(looks.watched).toBe(over);
    expect(over).toEqual({
      jobId: "620000000000123",
      progress: "COMPLETED",
      attempt: 0,
      startMs: T0,
      endedAtMs: T0 + 120_500,
      toldUntilMs: 0,
      tasks: {},
    });
  });

  test("has events with all that is known of it", () => {
    const looks = new Looks(first);
    looks.at(first);
    const events = looks.at(second);
    const metadata = {
      job_id: 620000000000123,
      run_id: 455644833,
      creator_user_name: "etl@acme.io",
      number_in_job: 455644833,
      original_attempt_run_id: 455644833,
      schedule: { quartz_cron_expression: "0 0 0 * * ?", timezone_id: "UTC", pause_status: "UNPAUSED" },
      trigger: "PERIODIC",
      run_name: "nightly_etl",
      run_type: "JOB_RUN",
      repair_run: false,
    };
    const common = { pipeline_key: "620000000000123", pipeline_name: "nightly_etl", run_key: "455644833" };
    expect(events.at(-1)).toEqual({
      type: "run-status",
      dedupeKey: "databricks/455644833/0/COMPLETED",
      body: {
        ...common,
        event_timestamp: "2024-05-01T00:02:00.500000+00:00",
        status: "COMPLETED",
        metadata,
        external_url: `${PAGE}/455644833`,
        component_tool: "databricks",
      },
    });
    expect(events[0]).toEqual({
      type: "run-status",
      dedupeKey: "databricks/455644833/task 901 0/COMPLETED",
      body: {
        ...common,
        task_key: "901",
        task_name: "ingest",
        event_timestamp: "2024-05-01T00:01:00+00:00",
        status: "COMPLETED",
        metadata,
        external_url: `${PAGE}/901`,
        component_tool: "databricks",
      },
    });
  });
});

describe("a run that fails and is repaired", () => {
  const failedTask = taskJson(901, "ingest", {
    start_time: T0 + 1_000,
    end_time: T0 + 60_000,
    state: ended("FAILED", "boom"),
  });
  const failed = runJson({ end_time: T0 + 60_500, state: ended("FAILED"), tasks: [failedTask] });
  const original = { type: "ORIGINAL", start_time: T0, end_time: T0 + 60_500 };
  const repair = { type: "REPAIR", id: 734650698524280, start_time: T0 + 3_600_000, task_run_ids: [950] };
  const retry = { attempt_number: 1, start_time: T0 + 3_601_000 };
  const repairing = runJson({
    tasks: [failedTask, taskJson(950, "ingest", { ...retry, state: running() })],
    repair_history: [original, repair],
  });
  const repaired = (result: string, message = "") =>
    runJson({
      end_time: T0 + 3_660_000,
      state: ended(result, message),
      tasks: [failedTask, taskJson(950, "ingest", { ...retry, end_time: T0 + 3_659_000, state: ended("SUCCESS") })],
      repair_history: [original, repair],
    });
  const failure = [
    "run RUNNING 00:00:00",
    "901 RUNNING 00:00:01",
    "901 FAILED 00:01:00",
    '901 ERROR "boom" 00:01:00',
    'run ERROR "Run nightly_etl failed!" 00:01:00.500',
    "run FAILED 00:01:00.500",
  ];

  test("is told in both parts, the second as a repair", () => {
    const looks = new Looks(failed);
    expect(lines(looks.at(failed))).toEqual(failure);
    expect(lines(looks.at(repairing))).toEqual(["run RUNNING 01:00:00", "950 RUNNING 01:00:01"]);
    const events = looks.at(repaired("SUCCESS"));
    expect(lines(events)).toEqual([
      "950 COMPLETED 01:00:59",
      'run INFO "This is a repaired run." 01:01:00',
      "run COMPLETED 01:01:00",
    ]);
    expect(events.map(({ body }) => body.metadata?.["repair_run"])).toEqual([true, true, true]);
    expect(events.map(({ dedupeKey }) => dedupeKey)).toEqual([
      "databricks/455644833/task 950 1/COMPLETED",
      "databricks/455644833/1/INFO message",
      "databricks/455644833/1/COMPLETED",
    ]);
  });

  test("is told when it has failed again, unseen in between", () => {
    const looks = new Looks(failed);
    looks.at(failed);
    expect(lines(looks.at(repaired("FAILED", "boom again")))).toEqual([
      "run RUNNING 01:00:00",
      "950 RUNNING 01:00:01",
      "950 COMPLETED 01:00:59",
      'run ERROR "boom again" 01:01:00',
      'run INFO "This is a repaired run." 01:01:00',
      "run FAILED 01:01:00",
    ]);
    expect(looks.at(repaired("FAILED", "boom again"))).toEqual([]);
  });

  test.each(["SUCCESS", "FAILED"])("is known for repaired without a history too: it ended later, with %s", (result) => {
    const looks = new Looks(failed);
    looks.at(failed);
    const { repair_history: _, ...without } = repaired(result);
    expect(lines(looks.at(without))).toContain('run INFO "This is a repaired run." 01:01:00');
    expect(looks.watched.attempt).toBe(1);
    expect(looks.at(without)).toEqual([]);
  });

  test("is told whole when it is first seen after its repair", () => {
    expect(lines(eventsOf(repaired("SUCCESS")))).toEqual([
      ...failure,
      "run RUNNING 01:00:00",
      "950 RUNNING 01:00:01",
      "950 COMPLETED 01:00:59",
      'run INFO "This is a repaired run." 01:01:00',
      "run COMPLETED 01:01:00",
    ]);
  });

  test("long after its failure was told and forgotten, is told as a repair and no more", () => {
    const looks = new Looks(repairing, { toldUntilMs: T0 + 60_501 });
    const events = looks.at(repairing);
    expect(lines(events)).toEqual(["run RUNNING 01:00:00", "950 RUNNING 01:00:01"]);
    expect(looks.watched).toMatchObject({ attempt: 1, toldUntilMs: 0, tasks: { "901": "FAILED", "950": "RUNNING" } });
    const later = new Looks(repairing, { toldUntilMs: T0 + 60_500 }); // not before then
    expect(lines(later.at(repairing)).slice(0, failure.length)).toEqual(failure);
  });

  test("waits in the queue first: the repair is told when it begins", () => {
    const looks = new Looks(failed);
    looks.at(failed);
    const queued = runJson({ ...repairing, state: { life_cycle_state: "QUEUED" }, tasks: [failedTask] });
    expect(looks.at(queued)).toEqual([]);
    expect(looks.watched).toMatchObject({ progress: "PENDING", attempt: 1 });
    expect(lines(looks.at(repairing))).toEqual(["run RUNNING 01:00:00", "950 RUNNING 01:00:01"]);
  });

  test("and is first seen while that waits: it begins after the failure, also where only its tasks have times", () => {
    const history = [original, { type: "REPAIR", task_run_ids: [950] }];
    const queued = {
      ...repairing,
      repair_history: history,
      state: { life_cycle_state: "QUEUED" },
      tasks: [failedTask],
    };
    const looks = new Looks(queued);
    expect(lines(looks.at(queued))).toEqual(failure);
    expect(looks.watched).toMatchObject({ progress: "PENDING", attempt: 1, endedAtMs: T0 + 60_500 });
    expect(lines(looks.at({ ...repairing, repair_history: history }))).toEqual([
      "run RUNNING 01:00:01",
      "950 RUNNING 01:00:01",
    ]);
  });

  test("is told with its failure when the repair began before anybody looked", () => {
    const before = runJson({ tasks: [taskJson(901, "ingest", { start_time: T0 + 1_000, state: running() })] });
    const looks = new Looks(before);
    looks.at(before);
    const events = looks.at(repairing);
    expect(lines(events)).toEqual([...failure.slice(2), "run RUNNING 01:00:00", "950 RUNNING 01:00:01"]);
    expect(events.map(({ body }) => body.metadata?.["repair_run"])).toEqual([false, false, false, false, true, true]);
    expect(looks.at(repairing)).toEqual([]);
  });

  test("is told with every repair that came and went unseen", () => {
    const seconds = (from: number, to: number) => ({ start_time: T0 + from * 1_000, end_time: T0 + to * 1_000 });
    const attempt = (number: number, from: number, to: number) =>
      taskJson(950 + number, "ingest", {
        ...seconds(from, to),
        attempt_number: number,
        state: ended("FAILED", "boom"),
      });
    const thrice = runJson({
      ...seconds(0, 3_660),
      state: ended("SUCCESS"),
      tasks: [failedTask, attempt(1, 1_201, 1_250), attempt(2, 3_601, 3_650)],
      repair_history: [
        { type: "ORIGINAL", ...seconds(0, 60), state: ended("CANCELED", "Enough.") },
        { type: "REPAIR", ...seconds(1_200, 1_260), task_run_ids: [951] }, // with nothing said of how it ended
        { type: "REPAIR", ...seconds(3_600, 3_660), state: ended("SUCCESS"), task_run_ids: [952] },
      ],
    });
    expect(lines(eventsOf(thrice)).filter((line) => line.startsWith("run"))).toEqual([
      "run RUNNING 00:00:00",
      'run ERROR "Enough." 00:01:00',
      "run FAILED 00:01:00",
      "run RUNNING 00:20:00",
      'run ERROR "Run nightly_etl failed!" 00:21:00',
      'run INFO "This is a repaired run." 00:21:00',
      "run FAILED 00:21:00",
      "run RUNNING 01:00:00",
      'run INFO "This is a repaired run." 01:01:00',
      "run COMPLETED 01:01:00",
    ]);
    const order = lines(eventsOf(thrice)).filter((line) => / (RUNNING|FAILED|COMPLETED) /.test(line));
    expect(order.map((line) => line.split(" ", 2).join(" "))).toEqual([
      ...["run RUNNING", "901 RUNNING", "901 FAILED", "run FAILED"],
      ...["run RUNNING", "951 RUNNING", "951 FAILED", "run FAILED"],
      ...["run RUNNING", "952 RUNNING", "952 FAILED", "run COMPLETED"],
    ]);
  });

  test("a task that began in no attempt of the history is told with the one that its time is in", () => {
    const events = eventsOf({ ...repairing, repair_history: [{ type: "REPAIR", start_time: T0 + 3_600_000 }] });
    expect(lines(events).map((line) => line.split(" ", 2).join(" "))).toEqual([
      ...["run RUNNING", "901 RUNNING", "901 FAILED", "901 ERROR", "run ERROR", "run FAILED"],
      ...["run RUNNING", "950 RUNNING"],
    ]);
  });

  test("a task without times is told with the attempt whose task it is", () => {
    const skipped = { run_id: 902, task_key: "publish", state: ended("UPSTREAM_FAILED") };
    const history = [{ ...original, task_run_ids: [901, 902] }, repair];
    const tasks = [failedTask, skipped, taskJson(950, "ingest", { ...retry, state: running() })];
    const events = eventsOf({ ...repairing, tasks, repair_history: history });
    expect(lines(events).slice(4)).toEqual([
      "902 FAILED 00:01:00.500",
      '902 ERROR "Task publish failed!" 00:01:00.500',
      ...failure.slice(4),
      "run RUNNING 01:00:00",
      "950 RUNNING 01:00:01",
    ]);
  });

  test.each(["SUCCESS", "FAILED"])("is not repaired because an older reply says that it goes on: %s", (result) => {
    const over = { ...failed, state: ended(result), repair_history: [original] };
    const looks = new Looks(over);
    looks.at(over);
    const { watched } = looks;
    expect(looks.at({ ...over, end_time: 0, state: running() })).toEqual([]);
    expect(looks.watched).toBe(watched);
  });

  test("is repaired once one of its tasks is tried again, though its history does not say so yet", () => {
    const looks = new Looks(failed);
    looks.at({ ...failed, repair_history: [original] });
    expect(lines(looks.at({ ...repairing, repair_history: [original] }))).toEqual([
      "run RUNNING 01:00:01",
      "950 RUNNING 01:00:01",
    ]);
  });

  test("does not begin again because of a word that nobody knows", () => {
    const looks = new Looks(failed);
    looks.at(failed);
    const { watched } = looks;
    for (const state of [undefined, { life_cycle_state: "PAUSED" }]) expect(looks.at({ ...failed, state })).toEqual([]);
    expect(looks.watched).toBe(watched);
  });

  test("with task_key as the key of tasks: both attempts are of one task", () => {
    const looks = new Looks(failed, { taskKey: "task_key" });
    expect(lines(looks.at(failed)).slice(1, 3)).toEqual(["ingest RUNNING 00:00:01", "ingest FAILED 00:01:00"]);
    expect(lines(looks.at(repairing))).toEqual(["run RUNNING 01:00:00", "ingest RUNNING 01:00:01"]);
    expect(lines(looks.at(repaired("SUCCESS")))[0]).toBe("ingest COMPLETED 01:00:59");
  });
});

test("a skipped run is told with a warning, and is over", () => {
  const skipped = {
    job_id: 7,
    run_id: 8001,
    run_name: "hourly",
    trigger: "PERIODIC",
    start_time: T0,
    end_time: T0 + 100,
    run_page_url: "https://adb-11.7.azuredatabricks.net/?o=11#job/7/run/8001",
    state: { life_cycle_state: "SKIPPED", state_message: "A previous run of the job is still active" },
    tasks: [],
  };
  expect(lines(eventsOf(skipped))).toEqual([
    "run RUNNING 00:00:00",
    'run WARNING "A previous run of the job is still active" 00:00:00.100',
    "run COMPLETED_WITH_WARNINGS 00:00:00.100",
  ]);
  expect(eventsOf(skipped)[0]?.body.metadata).toEqual({
    job_id: 7,
    run_id: 8001,
    creator_user_name: null,
    number_in_job: null,
    original_attempt_run_id: null,
    schedule: null,
    trigger: "PERIODIC",
    run_name: "hourly",
    run_type: null,
    repair_run: false,
  });
});

test("a canceled run is told with tasks that never began, at the end of the run", () => {
  const canceled = runJson({
    end_time: T0 + 100_000,
    state: ended("CANCELED", "Run cancelled."),
    tasks: [
      taskJson(901, "ingest", { start_time: T0 + 1_000, end_time: T0 + 99_000, state: ended("CANCELED") }),
      { run_id: 902, task_key: "publish", state: ended("UPSTREAM_CANCELED") },
    ],
  });
  const events = eventsOf(canceled);
  expect(lines(events)).toEqual([
    "run RUNNING 00:00:00",
    "901 RUNNING 00:00:01",
    "901 FAILED 00:01:39",
    '901 ERROR "Task ingest was canceled." 00:01:39',
    "902 FAILED 00:01:40",
    '902 ERROR "Task publish was canceled." 00:01:40',
    'run ERROR "Run cancelled." 00:01:40',
    "run FAILED 00:01:40",
  ]);
  expect(events[4]?.body).not.toHaveProperty("external_url");
});

describe("times that Databricks does not give", () => {
  test("no event is ever of 1970: what has no time has that of the run, or of now", () => {
    const bare = runJson({
      start_time: 0,
      state: running(),
      tasks: [
        taskJson(901, "a", { state: running() }),
        taskJson(902, "b", { state: ended("SUCCESS") }),
        taskJson(903, "c", { start_time: T0 + 5_000, state: running() }),
      ],
    });
    expect(lines(eventsOf(bare))).toEqual([
      "run RUNNING 00:00:05",
      "903 RUNNING 00:00:05",
      "901 RUNNING 02:00:00",
      "902 COMPLETED 02:00:00",
    ]);
  });

  test("a run without any begins now, and one that has ended ends with its last task, or now", () => {
    expect(lines(eventsOf(runJson({ start_time: null, tasks: [] })))).toEqual(["run RUNNING 02:00:00"]);
    const over = { start_time: undefined, end_time: undefined, state: ended("SUCCESS") };
    const task = taskJson(901, "a", { end_time: T0 + 9_000, state: ended("SUCCESS") });
    expect(lines(eventsOf(runJson({ ...over, tasks: [task] })))).toEqual([
      "901 COMPLETED 00:00:09",
      "run COMPLETED 00:00:09",
    ]);
    expect(lines(eventsOf(runJson(over)))).toEqual(["run COMPLETED 02:00:00"]);
  });

  test("an end that is told later is no second end", () => {
    const over = runJson({ end_time: 0, state: ended("FAILED") });
    const looks = new Looks(over);
    looks.at(over);
    expect(looks.at({ ...over, end_time: NOW - 5_000 })).toEqual([]);
  });
});

describe("what is missing or odd", () => {
  test("a run without name, link and tasks is told all the same", () => {
    const [event] = eventsOf({ job_id: 7, run_id: 8, start_time: T0, state: running() });
    expect(event?.body).toMatchObject({
      pipeline_key: "7",
      pipeline_name: "Untitled",
      run_key: "8",
      status: "RUNNING",
    });
    expect(event?.body).not.toHaveProperty("external_url");
  });

  test("a message that is missing is made: what failed, or how else it ended", () => {
    const task = { start_time: T0, end_time: T0 + 1_000 };
    const messages = ["FAILED", "TIMEDOUT", "CANCELED"].map((result) => {
      const state = { life_cycle_state: "TERMINATED", result_state: result };
      return lines(eventsOf(runJson({ end_time: T0 + 1_000, state, tasks: [taskJson(1, "t", { ...task, state })] })))
        .filter((line) => line.includes("ERROR"))
        .map((line) => line.split('"')[1]);
    });
    expect(messages).toEqual([
      ["Task t failed!", "Run nightly_etl failed!"],
      ["Task t timed out.", "Run nightly_etl timed out."],
      ["Task t was canceled.", "Run nightly_etl was canceled."],
    ]);
  });

  test("tasks that were disabled or left out are warnings without a message", () => {
    const end = { end_time: T0 + 1_000 };
    const tasks = ["EXCLUDED", "DISABLED"].map((result, at) => taskJson(at, result, { ...end, state: ended(result) }));
    expect(lines(eventsOf(runJson({ ...end, state: ended("SUCCESS"), tasks })))).toEqual([
      "run RUNNING 00:00:00",
      "0 COMPLETED_WITH_WARNINGS 00:00:01",
      "1 COMPLETED_WITH_WARNINGS 00:00:01",
      "run COMPLETED 00:00:01",
    ]);
  });

  test("a task that was over does not go on because an older reply says so", () => {
    const task = taskJson(901, "a", { start_time: T0, end_time: T0 + 1_000, state: ended("SUCCESS") });
    const looks = new Looks(runJson());
    looks.at(runJson({ tasks: [task] }));
    expect(looks.at(runJson({ tasks: [{ ...task, state: running() }] }))).toEqual([]);
  });

  test("long names are cut, and ids of 64 bits keep their digits", () => {
    const json = runJson({ job_id: 9223372036854775807n, run_id: 1, run_name: "n".repeat(4_096), tasks: [] });
    const [event] = eventsOf(json);
    expect(event?.body.pipeline_key).toBe("9223372036854775807");
    expect(event?.body.pipeline_name).toBe(`${"n".repeat(254)}…`);
    expect(event?.body.metadata).toMatchObject({ job_id: "9223372036854775807", run_id: 1 });
  });
});

test("tasks are told by their time, those of one time as Databricks lists them", () => {
  const task = (id: number, endMs: number) =>
    taskJson(id, `t${id}`, { start_time: T0, end_time: T0 + endMs, state: ended("SUCCESS") });
  const run = runJson({ tasks: [task(1, 9_000), task(2, 5_000), task(4, 5_000), task(3, 5_000)] });
  expect(lines(eventsOf(run)).filter((line) => line.includes("COMPLETED"))).toEqual([
    "2 COMPLETED 00:00:05",
    "4 COMPLETED 00:00:05",
    "3 COMPLETED 00:00:05",
    "1 COMPLETED 00:00:09",
  ]);
});

test("a run of 1,000 tasks is told and compared as well", () => {
  const tasks = Array.from({ length: 1_000 }, (_, at) =>
    taskJson(at + 1, `t${at}`, { start_time: T0, state: running() }),
  );
  const looks = new Looks(runJson());
  expect(looks.at(runJson({ tasks }))).toHaveLength(1_001);
  expect(looks.at(runJson({ tasks }))).toEqual([]);
});
