import { describe, expect, test } from "../../../../testlib/index.ts";
import { ask } from "./client.ts";

describe("databricks", () => {
  test("is a stand-in for a workspace, and says how an agent finds it", function* ({ databricks }) {
    expect(databricks.env).toEqual({ DK_DATABRICKS_HOST: databricks.url, DK_AGENT_TOKEN: databricks.auth.token });
    const job = databricks.jobs.add({ name: "nightly", tasks: ["load"] });
    const run = databricks.start(job);
    run.task("load").start().fail("no such table");
    run.end();
    expect((yield* ask(databricks, "runs/list")).runs).toMatchObject([{ state: { result_state: "FAILED" } }]);
    expect(databricks.obligations().map(({ status }) => status)).toEqual(["RUNNING", "RUNNING", "FAILED", "FAILED"]);
  });

  test("is another one for each test", function* ({ databricks }) {
    expect([databricks.runs, databricks.total]).toEqual([[], 0]);
  });
});
