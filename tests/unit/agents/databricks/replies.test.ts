import { describe, expect, test } from "vitest";
import { nextTokenOf, toPage, toRun, withMore } from "../../../../agents/databricks/replies.ts";
import { parseJson } from "../../../../toolkit/index.ts";
import { ended, runJson, running, T0, taskJson } from "./support.ts";

const thrown = (body: () => unknown) => {
  try {
    body();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("a page of runs", () => {
  test.each([
    ["nothing at all", {}, 0, undefined],
    ["no runs, and no more", { has_more: false }, 0, undefined],
    ["runs, and nothing about more", { runs: [1, 2] }, 2, undefined],
    ["runs, and a token", { runs: [1], next_page_token: "t" }, 1, "t"],
    ["no runs, and a token", { has_more: true, next_page_token: "t" }, 0, "t"],
    ["a token that is void", { runs: [1], has_more: false, next_page_token: "t" }, 1, undefined],
    ["an empty token", { runs: [1], has_more: false, next_page_token: "", prev_page_token: "p" }, 1, undefined],
    ["nulls", { runs: null, has_more: null, next_page_token: null }, 0, undefined],
  ])("may have %s", (_what, body, count, nextToken) => {
    const page = toPage(body, "The list");
    expect([page.items.length, page.nextToken]).toEqual([count, nextToken]);
  });

  test.each([
    [{ items: 7 }, "The list answered without runs, but with items: this is no list of runs."],
    [
      { error_code: "X", message: "y" },
      "The list answered without runs, but with error_code, message: this is no list of runs.",
    ],
    [{ runs: [1], has_more: true }, "The list answered that there are more runs, without a next_page_token."],
    [
      { runs: 7 },
      "The list answered in another shape than expected: runs: Invalid input: expected array, received number.",
    ],
    [
      [],
      "The list answered in another shape than expected: (all of it): Invalid input: expected object, received array.",
    ],
    [
      undefined,
      "The list answered in another shape than expected: (all of it): Invalid input: expected object, received undefined.",
    ],
  ])("is not %j", (body, message) => {
    expect(thrown(() => toPage(body, "The list"))).toMatchObject({ code: "E_REPLY_SHAPE", message });
  });
});

describe("a run", () => {
  test("is read with all that events are made of", () => {
    const json = runJson({
      tasks: [taskJson(901, "ingest", { start_time: T0 + 1_000, attempt_number: 2, state: running() })],
      has_more: true,
      repair_history: [
        { type: "ORIGINAL", start_time: T0, end_time: T0 + 2_000, state: ended("FAILED", "boom") },
        { type: "REPAIR", start_time: T0 + 5_000, state: running(), task_run_ids: [901] },
      ],
    });
    expect(toRun(json, "The list")).toEqual({
      jobId: "620000000000123",
      runId: "455644833",
      name: "nightly_etl",
      pageUrl: json["run_page_url"],
      startMs: T0,
      endMs: 0,
      outcome: { progress: "RUNNING", reason: "", message: "In run" },
      tasks: [
        {
          id: "901",
          name: "ingest",
          attempt: 2,
          pageUrl: taskJson(901, "")["run_page_url"],
          startMs: T0 + 1_000,
          endMs: 0,
          outcome: { progress: "RUNNING", reason: "", message: "In run" },
        },
      ],
      hasMoreTasks: true,
      original: {
        startMs: T0,
        endMs: T0 + 2_000,
        outcome: { progress: "FAILED", reason: "FAILED", message: "boom" },
        taskIds: [],
      },
      repairs: [
        {
          startMs: T0 + 5_000,
          endMs: 0,
          outcome: { progress: "RUNNING", reason: "", message: "In run" },
          taskIds: ["901"],
        },
      ],
      facts: {
        creator_user_name: "etl@acme.io",
        number_in_job: 455644833,
        original_attempt_run_id: 455644833,
        schedule: json["schedule"],
        trigger: "PERIODIC",
        run_type: "JOB_RUN",
      },
      malformed: [],
    });
  });

  test("has its repairs in the order in which they began, also those of further pages", () => {
    const repair = (startMs: number) => ({ type: "REPAIR", start_time: startMs });
    const run = toRun(runJson({ repair_history: [repair(3), repair(0), repair(1)] }), "The run");
    const startsOf = ({ repairs }: typeof run) => repairs?.map(({ startMs }) => startMs);
    expect(startsOf(run)).toEqual([1, 3, 0]); // one that waits comes last
    const more = toRun(runJson({ repair_history: [repair(2)] }), "The run");
    expect(startsOf(withMore(run, more))).toEqual([1, 2, 3, 0]);
  });

  test("needs no more than its ids", () => {
    expect(toRun({ run_id: 8, job_id: "7" }, "The list")).toMatchObject({
      jobId: "7",
      runId: "8",
      name: "Untitled",
      pageUrl: undefined,
      startMs: 0,
      endMs: 0,
      tasks: undefined,
      hasMoreTasks: false,
      repairs: undefined,
    });
  });

  test.each([null, [], "run", { run_id: 1 }, { job_id: 1 }, { job_id: {}, run_id: 1 }, { job_id: "", run_id: 1 }])(
    "is not %j",
    (item) => {
      expect(thrown(() => toRun(item, "An entry"))).toMatchObject({ code: "E_REPLY_SHAPE" });
    },
  );

  test("survives everything else being nonsense", () => {
    const nonsense = {
      run_name: 7,
      run_page_url: {},
      start_time: "yesterday",
      end_time: -5,
      state: "RUNNING",
      status: [],
      tasks: "none",
      has_more: 1,
      repair_history: {},
    };
    expect(toRun({ ...nonsense, run_id: 8, job_id: 7 }, "The list")).toMatchObject({
      name: "Untitled",
      pageUrl: undefined,
      startMs: 0,
      endMs: 0,
      outcome: { progress: "PENDING", unknown: "no state" },
      tasks: undefined,
      hasMoreTasks: false,
      repairs: undefined,
    });
  });

  test("leaves out tasks that nothing can be made of, and says so", () => {
    const tasks = [null, 7, {}, { task_key: "" }, { run_id: {}, task_key: "old" }, taskJson(901, "good")];
    const run = toRun(runJson({ tasks }), "The list");
    expect(run.tasks?.map(({ id, name }) => [id, name])).toEqual([
      ["old", "old"],
      ["901", "good"],
    ]);
    expect(run.malformed).toEqual([
      "Invalid input: expected object, received null",
      "Invalid input: expected object, received number",
      "neither run_id nor task_key",
      "neither run_id nor task_key",
    ]);
  });

  test("keeps every digit of ids of 64 bits", () => {
    const body = parseJson(
      '{"job_id":9223372036854775807,"run_id":9223372036854775806,"tasks":[{"run_id":9223372036854775805,"task_key":"t"}]}',
    );
    const run = toRun(body, "The list");
    expect([run.jobId, run.runId, run.tasks?.[0]?.id]).toEqual([
      "9223372036854775807",
      "9223372036854775806",
      "9223372036854775805",
    ]);
  });
});

test("further pages of a run add tasks and repairs, and change nothing else", () => {
  const first = toRun(runJson({ tasks: [taskJson(1, "a")], repair_history: [{ type: "REPAIR", start_time: T0 }] }), "");
  const more = toRun(runJson({ tasks: [taskJson(2, "b"), null], repair_history: [], state: undefined }), "");
  expect(withMore(first, more)).toEqual({
    ...first,
    tasks: [...(first.tasks ?? []), ...(more.tasks ?? [])],
    malformed: more.malformed,
  });
  expect([{ next_page_token: "t" }, { next_page_token: "" }, {}, null].map(nextTokenOf)).toEqual([
    "t",
    undefined,
    undefined,
    undefined,
  ]);
});
