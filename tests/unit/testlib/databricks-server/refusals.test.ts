import { describe, expect, test } from "../../../../testlib/index.ts";
import { type Answer, send } from "../observability-server/client.ts";
import { ask } from "./client.ts";

const invalid = (message: string) => ({ error_code: "INVALID_PARAMETER_VALUE", message });

describe("a parameter that cannot be is refused with 400", () => {
  test.each([
    ["runs/list", { limit: 26 }, "Invalid limit 26 - it has to be no more than 25."],
    ["runs/list", { limit: -1 }, "Invalid limit -1 - it has to be at least 0."],
    ["runs/list", { limit: "all" }, "Invalid limit all - it has to be a 64-bit integer."],
    ["runs/list", { active_only: true, completed_only: true }, "active_only and completed_only cannot both be true."],
    ["runs/list", { expand_tasks: "yes" }, "Invalid expand_tasks yes - it has to be true or false."],
    ["runs/list", { start_time_from: "1.5" }, "Invalid start_time_from 1.5 - it has to be a 64-bit integer."],
    ["runs/list", { run_type: "ANY" }, "Invalid run_type ANY - it has to be one of JOB_RUN, WORKFLOW_RUN, SUBMIT_RUN."],
    ["runs/list", { page_token: "next" }, "Invalid page token: next"],
    ["runs/list", { job_id: 8 }, "Job 8 does not exist."],
    [
      "runs/list",
      { offset: 10_001 },
      "The supplied offset 10001 is not within 0 and 10000. Use the page_token parameter to paginate.",
    ],
    ["runs/get", {}, "Missing required field: run_id"],
    [
      "runs/get",
      { run_id: "9223372036854775808" },
      "Invalid run_id 9223372036854775808 - it has to be a 64-bit integer.",
    ],
    ["runs/get", { run_id: 8 }, "Run 8 does not exist."],
    ["runs/get-output", { run_id: 8 }, "Run 8 does not exist."],
    ["get", { job_id: 8 }, "Job 8 does not exist."],
    ["list", { limit: 101 }, "Invalid limit 101 - it has to be no more than 100."],
  ] as const)("%s %j", function* ([path, query, message], { databricks }) {
    const { status, body } = yield* ask(databricks, path, query);
    expect([status, body]).toEqual([400, invalid(message)]);
  });

  test.each([
    [400, "INVALID_PARAMETER_VALUE"],
    [404, "RESOURCE_DOES_NOT_EXIST"],
  ] as const)("also a run that was there once: %s %s", function* ([removed, error_code], { databricks }) {
    const run = databricks.start(databricks.jobs.add());
    run.remove(removed);
    const { status, body } = yield* ask(databricks, "runs/get", { run_id: run.id });
    expect([status, body]).toEqual([removed, { error_code, message: `Run ${run.id} does not exist.` }]);
  });

  test("but one without a name is not", function* ({ databricks }) {
    expect((yield* ask(databricks, "runs/list", { nonsense: 1 })).status).toBe(200);
  });
});

test.each([
  ["GET", "api/2.2/jobs/runs/lists", "No API found for 'GET /jobs/runs/lists'"],
  ["GET", "api/2.2/clusters/list", "No API found for 'GET /clusters/list'"],
  ["GET", "api/2.3/jobs/runs/list", "No API found for 'GET /jobs/runs/list'"],
  ["POST", "api/2.1/jobs/runs/list", "No API found for 'POST /jobs/runs/list'"],
] as const)("%s %s is nowhere: 404", function* ([method, path, message], { databricks }) {
  const answer = yield* send(databricks, { method, path, body: method === "POST" ? "{}" : "" });
  expect([answer.status, bodyOf(answer)]).toEqual([404, { error_code: "ENDPOINT_NOT_FOUND", message }]);
});

describe("a job that one may not see", () => {
  const message = (id: bigint) =>
    `User observer@acme.example does not have Admin or Manage Run or Owner or View permissions on job ${id}.`;

  test("has its runs hidden from lists, and to ask for one is answered 403", function* ({ databricks }) {
    const [mine, theirs] = [
      databricks.jobs.add({ name: "mine" }),
      databricks.jobs.add({ name: "theirs", tasks: ["a"] }),
    ];
    databricks.start(mine);
    const run = databricks.start(theirs);
    theirs.deny();
    const denied = [403, { error_code: "PERMISSION_DENIED", message: message(theirs.id) }];
    const questions = [
      ["runs/get", { run_id: run.id }],
      ["runs/get", { run_id: run.task("a").runId }],
      ["runs/get-output", { run_id: run.task("a").runId }],
      ["runs/list", { job_id: theirs.id }],
      ["get", { job_id: theirs.id }],
    ] as const;
    for (const [path, query] of questions) {
      const { status, body } = yield* ask(databricks, path, query);
      expect([status, body]).toEqual(denied);
    }
    expect((yield* ask(databricks, "runs/list")).runs).toMatchObject([{ run_name: "mine" }]);
    expect((yield* ask(databricks, "list")).body["jobs"]).toMatchObject([{ settings: { name: "mine" } }]);
    theirs.allow();
    expect((yield* ask(databricks, "runs/list")).runs).toHaveLength(2);
  });

  test("may have its runs listed all the same", function* ({ databricks }) {
    const job = databricks.jobs.add();
    const run = databricks.start(job);
    job.deny({ listed: true });
    expect((yield* ask(databricks, "runs/list")).runs).toHaveLength(1);
    expect((yield* ask(databricks, "runs/get", { run_id: run.id })).status).toBe(403);
  });
});

function bodyOf({ text }: Answer): unknown {
  return JSON.parse(text);
}
