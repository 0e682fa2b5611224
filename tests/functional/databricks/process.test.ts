import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sleep } from "effection";
import { test as base, compare, describe, expect, useDatabricksServer } from "../../../testlib/index.ts";

/** The agent as a process, in real time, at a workspace where much goes on. */
const test = base.extend({
  *workspace() {
    return yield* useDatabricksServer({ story: { speed: 20, jobs: 8 } });
  },
});

describe("the agent as a process", () => {
  test("is stopped, killed and started again: all that Databricks has shown arrives", {
    timeoutMs: 60_000,
  }, function* ({ workspace, server, stateDirectory, agentProcess }) {
    const env = {
      DK_AGENT_TYPE: "databricks",
      DK_AGENT_KEY: "databricks-agent",
      DK_STATE_DIR: stateDirectory,
      DK_PERIOD: "0.5",
      ...server.env,
      ...workspace.envFor("api_token"),
    };
    const lives = [
      { signal: "SIGTERM", code: 0 },
      { signal: "SIGKILL", code: null },
    ] as const;
    for (const { signal, code } of lives) {
      const agent = yield* agentProcess({ env });
      const before = server.totals.accepted;
      yield* server.until(({ totals }) => totals.accepted >= before + 60);
      agent.signal(signal);
      expect((yield* agent.exited).code).toBe(code);
    }
    const owed = workspace.obligations();
    yield* agentProcess({ env });
    const isSettled = () => !compare(owed, server.events).some(({ kind }) => kind === "missing");
    for (let waited = 0; !isSettled() && waited < 20_000; waited += 100) yield* sleep(100);
    const findings = compare(workspace.obligations(), server.events);
    // A crash may cost the answer to what was under way.
    expect(findings.filter(({ kind }) => kind === "not promised" || kind === "out of order")).toEqual([]);
    expect(isSettled()).toBe(true);
    expect(server.totals.refused).toBe(0);
    expect(server.heartbeats[0]).toMatchObject({ key: "databricks-agent", tool: "databricks" });
  });

  test("ends in good order when it is told to stop while it starts, however far it has come", {
    timeoutMs: 60_000,
  }, function* ({ workspace, server, stateDirectory, agentProcess }) {
    const env = { DK_AGENT_TYPE: "databricks", DK_AGENT_KEY: "x", ...server.env, ...workspace.envFor("api_token") };
    const codes: (number | null)[] = [];
    for (const ms of [0, 30, 60, 100]) {
      const agent = yield* agentProcess({ env: { ...env, DK_STATE_DIR: join(stateDirectory, String(ms)) } });
      yield* agent.untilLog(({ text }) => text.includes("Starting the agent."));
      yield* sleep(ms);
      agent.signal("SIGTERM");
      codes.push((yield* agent.exited).code);
    }
    expect(codes).toEqual([0, 0, 0, 0]);
  });

  test("goes on as it was when it reads a configuration without credentials", { timeoutMs: 30_000 }, function* ({
    workspace,
    server,
    agentProcess,
  }) {
    const { DK_AGENT_TOKEN: token = "", ...host } = workspace.envFor("api_token");
    const own = { DK_AGENT_TYPE: "databricks", DK_AGENT_KEY: "databricks-agent", DK_STATE_DIR: "", DK_PERIOD: "0.2" };
    const env = { ...own, ...server.env, ...host };
    const agent = yield* agentProcess({ env, toml: `[auth_api_token]\nagent_token = "${token}"\n` });
    yield* workspace.until(({ requests }) => requests.length > 0);
    writeFileSync(join(agent.directory, "agent.toml"), "");
    agent.signal("SIGHUP");
    const { text } = yield* agent.untilLog((line) => line.text.includes("goes on with the configuration it has."));
    expect(text).toContain("[auth_api_token] agent_token (DK_AGENT_TOKEN)");
    const asked = workspace.requests.length;
    yield* workspace.until(({ requests }) => requests.length > asked + 5);
    expect(workspace.requests.filter(({ status }) => status === 401)).toEqual([]);
    agent.signal("SIGTERM");
    expect(yield* agent.exited).toMatchObject({ code: 0 });
  });

  test("says all that is wrong with its configuration at once, missing credentials too", function* ({ agentProcess }) {
    const env = {
      DK_AGENT_TYPE: "databricks",
      DK_AGENT_KEY: "databricks-agent",
      DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY: "very-secret",
      DK_OBSERVABILITY_BASE_URL: "http://127.0.0.1:1/",
      DK_STATE_DIR: "",
    };
    const agent = yield* agentProcess({ env });
    expect(yield* agent.exited).toMatchObject({ code: 78 });
    const report = agent.lines.map(({ text }) => text).join("\n");
    expect(report).toContain("[databricks] databricks_host is not set");
    expect(report).toContain("credentials for the monitored tool are not set");
  });
});

test("make demo AGENT=databricks shows it at work", function* ({ agentProcess }) {
  const demo = yield* agentProcess({ entry: "demo/main.ts", args: ["--agent", "databricks", "--duration", "3"] });
  expect(yield* demo.exited).toMatchObject({ code: 0 });
  expect(demo.lines.at(-1)?.text).toMatch(/^Ran .* events delivered, \d+ runs .*, 0 refused, .*agent exited with 0\.$/);
});
