import { getRun, listRuns } from "../../../../agents/databricks/handles.ts";
import { runHandle } from "../../../../framework/core/index.ts";
import { tokenAuth, useHttpClient } from "../../../../framework/http/index.ts";
import {
  configurations,
  type DatabricksServer,
  databricksFault,
  describe,
  expect,
  test,
  thrownBy,
} from "../../../../testlib/index.ts";
import { Secret } from "../../../../toolkit/index.ts";

function* useClient({ url, auth }: DatabricksServer) {
  const settings = configurations.http.valid;
  return yield* useHttpClient({ baseUrl: url, settings, auth: tokenAuth(new Secret(auth.token)) });
}

const atFirst = { pageToken: undefined };

describe("a list of runs", () => {
  test("comes with their tasks, and with the time that it is there", function* ({ databricks }) {
    databricks.skewMs = -3_600_000;
    databricks.jobs.add({ id: 7, name: "nightly_etl", tasks: ["load"] });
    const run = databricks.start(7);
    const page = yield* runHandle(listRuns(yield* useClient(databricks), "2.1"), atFirst);
    expect(page).toMatchObject({ nextToken: undefined, malformed: [] });
    expect(page.items).toMatchObject([{ runId: String(run.id), name: "nightly_etl", tasks: [{ name: "load" }] }]);
    expect(Math.abs(page.asOfMs - databricks.now())).toBeLessThan(2_000);
    expect(databricks.requests.at(-1)).toMatchObject({
      path: "/api/2.1/jobs/runs/list",
      query: { expand_tasks: "true", limit: "25" },
    });
  });

  test("is asked for as is wanted, page by page", function* ({ databricks }) {
    databricks.jobs.add({ id: 7 });
    for (let run = 0; run < 30; run++) databricks.start(7);
    const list = listRuns(yield* useClient(databricks), "2.2");
    const wanted = { jobId: "7", activeOnly: true, startTimeFrom: 1 };
    const first = yield* runHandle(list, { ...wanted, ...atFirst });
    const second = yield* runHandle(list, { ...wanted, pageToken: first.nextToken });
    expect([first.items.length, second.items.length, second.nextToken]).toEqual([25, 5, undefined]);
    expect(databricks.requests.map(({ path, query }) => [path, query])).toEqual(
      [undefined, first.nextToken].map((token) => [
        "/api/2.2/jobs/runs/list",
        {
          expand_tasks: "true",
          limit: "25",
          active_only: "true",
          job_id: "7",
          start_time_from: "1",
          ...(token !== undefined && { page_token: token }),
        },
      ]),
    );
  });

  test("leaves out what is no run, and says so", function* ({ databricks }) {
    databricks.jobs.add({ id: 7 });
    databricks.start(7);
    databricks.faults.always(databricksFault.strayRecord({ run_name: "nameless" }));
    const page = yield* runHandle(listRuns(yield* useClient(databricks), "2.1"), atFirst);
    expect(page.items).toHaveLength(1);
    expect(page.malformed).toEqual([
      "An entry of the list answered in another shape than expected: run_id: Invalid input: expected an id (text or a whole number); job_id: Invalid input: expected an id (text or a whole number).",
    ]);
  });

  test.each([
    ["HTML", databricksFault.signInPage(), "E_REPLY_SHAPE"],
    ["half of the JSON", { cut: true }, "E_REPLY_SHAPE"],
    ["429", databricksFault.tooManyRequests(7), "E_HTTP_STATUS"],
    ["403", { status: 403 }, "E_HTTP_STATUS"],
  ] as const)("that is %s is an error, and is not asked for again here", function* ([, fault, code], { databricks }) {
    databricks.faults.always(fault);
    const list = listRuns(yield* useClient(databricks), "2.1");
    expect(yield* thrownBy(() => runHandle(list, atFirst))).toMatchObject({ code });
    expect(databricks.total).toBe(1);
  });
});

describe("a single run", () => {
  test("comes with its repairs, and its tasks page by page", function* ({ databricks }) {
    databricks.jobs.add({ id: 7, tasks: Array.from({ length: 120 }, (_, at) => `task_${at}`) });
    const run = databricks.start(7);
    run.task("task_0").fail();
    run.end();
    run.repair({ tasks: ["task_0"] });
    const get = getRun(yield* useClient(databricks), "2.2");
    const input = { runId: String(run.id) };
    const first = yield* runHandle(get, { ...input, ...atFirst });
    const second = yield* runHandle(get, { ...input, pageToken: first.nextToken });
    expect([first.run.tasks?.length, second.run.tasks?.length, second.nextToken]).toEqual([100, 21, undefined]);
    expect(first.run.repairs).toHaveLength(1);
    expect(databricks.requests[0]?.query).toEqual({ run_id: String(run.id), include_history: "true" });
  });

  test("that is not there is an error with the status", function* ({ databricks }) {
    const get = getRun(yield* useClient(databricks), "2.1");
    expect(yield* thrownBy(() => runHandle(get, { runId: "5", ...atFirst }))).toMatchObject({
      code: "E_HTTP_STATUS",
      status: 400,
    });
  });
});
