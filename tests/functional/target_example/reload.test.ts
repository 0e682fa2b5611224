import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sleep, until } from "effection";
import { describe, expect } from "../../../testlib/index.ts";
import { firstGap, numbered, numbersByRun, test } from "./example.ts";

describe("SIGHUP", () => {
  test("brings in a new key, without losing what was held for it", { timeoutMs: 30_000 }, function* ({
    target,
    server,
    connect,
    stateDirectory,
  }) {
    const agent = yield* connect({
      DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY: "an-old-key",
      DK_STATE_DIR: stateDirectory,
    });
    yield* target.flood(200, { message: numbered(10) });
    yield* agent.untilLog((line) => line.text.includes("refuses the service account key"));
    const toml = `[core]\nobservability_service_account_key = "${server.key}"\nlog_level = "debug"\nheartbeat_period = 0.1\n`;
    writeFileSync(join(agent.directory, "agent.toml"), toml);
    agent.signal("SIGHUP");
    yield* server.until(({ totals }) => totals.accepted === 200);
    expect(firstGap(numbersByRun(server))).toBeUndefined();
    yield* target.until(() => target.connections === 1);
    yield* server.until(({ totals }) => totals.heartbeats >= 3);
    yield* agent.untilLog((line) => line.text.includes("Heartbeat sent."));
    agent.signal("SIGTERM");
    expect(yield* agent.exited).toMatchObject({ code: 0 });
    expect(agent.lines.filter((line) => line.text.includes(server.key))).toEqual([]);
  });

  test("changes nothing when the new configuration is wrong", function* ({ target, server, connect }) {
    const agent = yield* connect();
    writeFileSync(join(agent.directory, "agent.toml"), '[core]\nheartbeat_period = "often"\n');
    agent.signal("SIGHUP");
    const line = yield* agent.untilLog(({ text }) => text.includes("The agent goes on with the configuration it has."));
    expect(line.text).toContain("agent.toml:2:20");
    yield* target.flood(50, { message: numbered(5) });
    yield* server.until(({ totals }) => totals.accepted === 50);
    expect(target.connections).toBe(1);
  });

  test("changes nothing when certificates are named that do not exist", function* ({ target, server, connect }) {
    const agent = yield* connect();
    writeFileSync(join(agent.directory, "agent.toml"), '[observability]\nssl_cert_file = "/nowhere/ca.pem"\n');
    agent.signal("SIGHUP");
    const line = yield* agent.untilLog(({ text }) => text.includes("The agent goes on with the configuration it has."));
    expect(line.text).toContain("/nowhere/ca.pem");
    yield* target.flood(50, { message: numbered(5) });
    yield* server.until(({ totals }) => totals.accepted === 50);
    expect(target.connections).toBe(1);
    agent.signal("SIGTERM");
    expect(yield* agent.exited).toMatchObject({ code: 0 });
  });

  test("shows on the page what is in force: what is new, and what the process keeps", function* ({ connect }) {
    const agent = yield* connect({ DK_SERVICE_PORT: "0" });
    const { record } = yield* agent.untilLog(({ text }) => text.includes("The service listens"));
    const settings = 'agent_key = "another"\nservice_replay_enabled = true\n';
    writeFileSync(join(agent.directory, "agent.toml"), `[core]\n${settings}[example]\nperiod = 0.2\n`);
    agent.signal("SIGHUP");
    yield* agent.untilLog(({ text }) => text.includes("the agent goes on with it"));
    while (!(yield* until(pageOf(String(record?.["url"])))).includes('"key":"another"')) yield* sleep(50);
    const page = yield* until(pageOf(String(record?.["url"])));
    expect(page).toContain('"key":"service_replay_enabled","value":"false","where":"default"');
    expect(page).toContain('"key":"period","value":"0.2","where":"agent.toml:5:10"');
  });
});

/** What a browser is told first. */
async function pageOf(url: string): Promise<string> {
  const { body } = await fetch(`${url}live`);
  let text = "";
  for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    if (text.includes("\n\n")) break;
  }
  return text;
}
