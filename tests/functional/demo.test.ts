import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensure, type Operation } from "effection";
import { choosePaint } from "../../demo/lines.ts";
import { type AgentProcess, useAgentProcess } from "../../testlib/agent-process/index.ts";
import { expect, test } from "../../testlib/index.ts";
import { useObservabilityServer } from "../../testlib/observability-server/index.ts";

const entry = fileURLToPath(new URL("../../demo/main.ts", import.meta.url));
const useDemo = (...args: string[]) => useAgentProcess({ entry, args, deadlineMs: 18_000 });
const texts = (demo: AgentProcess) => demo.lines.map(({ text }) => text);

/** A script that can post what an agent posts, and ends with 0 on SIGTERM. */
const fakeAgent = `
  const post = (path, body) => fetch(process.env.DK_OBSERVABILITY_BASE_URL + path, {
    method: "POST",
    headers: { "content-type": "application/json", ServiceAccountAuthenticationKey: process.env.DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY },
    body: JSON.stringify(body),
  });
  const event = (fields) => post("events/v1/run-status", { pipeline_key: "p", run_key: "r", status: "RUNNING", ...fields });
  const heartbeat = () => post("agent/v1/heartbeat", { key: process.env.DK_AGENT_KEY, tool: "fake", version: "1" });
  const stay = setInterval(() => {}, 1_000);
  process.once("SIGTERM", () => process.exit(0));
`;

function* useFakeAgent(source: string): Operation<string> {
  const directory = mkdtempSync(join(tmpdir(), "fake-agent-"));
  yield* ensure(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "agent.mjs");
  writeFileSync(path, `${fakeAgent}\n${source}`);
  return path;
}

test("shows the real agent delivering, stops by itself, and ends with 0", function* () {
  const demo = yield* useDemo("--duration", "3");
  expect(yield* demo.exited).toMatchObject({ code: 0 });
  const [first, second, blank, heading, ...rest] = texts(demo);
  expect(first).toMatch(/^Watch it live at http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(second).toMatch(
    /^Agent target_example \(process \d+\) watches agent-target at ws:\/\/\S+\. Ctrl-C stops it all\.$/,
  );
  expect(blank).toBe("");
  expect(heading).toBe("TIME      PIPELINE                  RUN       TASK                STATUS");
  const events = rest.filter((text) =>
    /^\d\d:\d\d:\d\d {2}[a-z_]+ +Run \d+ +[a-z_ ]*(RUNNING|COMPLETED|FAILED)/.test(text),
  );
  expect(new Set(events.map((text) => text.search(/RUNNING|COMPLETED|FAILED/)))).toEqual(
    new Set([heading?.indexOf("STATUS")]),
  );
  const summary =
    /^Ran \d+\.\d s: (\d+) events delivered, (\d+) runs \((\d+) ended\), 0 refused, \d+ heartbeats?, agent exited with 0\.$/;
  const [, delivered, runs] = summary.exec(rest.at(-1) ?? "") ?? [];
  expect(Number(delivered)).toBe(events.length);
  expect(events.length).toBeGreaterThan(10);
  expect(Number(runs)).toBeGreaterThan(3);
  expect(texts(demo).filter((text) => text.includes("agent warn"))).toEqual([]);
});

test("Ctrl-C stops everything, the agent after it has drained", function* () {
  const demo = yield* useDemo();
  yield* demo.untilLog(({ text }) => text.includes("RUNNING"));
  yield* demo.untilLog(({ text }) => text.includes("heartbeat of demo-agent (example tool)"));
  demo.signal("SIGINT");
  expect(yield* demo.exited).toMatchObject({ code: 0, signal: null });
  expect(texts(demo).at(-1)).toMatch(/ 0 refused, 1 heartbeat, agent exited with 0\.$/);
});

test("shows refused events with the reason, and then ends with 1", function* () {
  const agent = yield* useFakeAgent(`
    await heartbeat(); await event({ event_timestamp: new Date() }); await event({ run_name: "n".repeat(50), status: "DONE" });
  `);
  const demo = yield* useDemo("--entry", agent);
  const refused = yield* demo.untilLog(({ text }) => text.includes("refused"));
  expect(refused.text).toContain(
    "refused POST events/v1/run-status with 400: Invalid request: {'status': ['Must be one of:",
  );
  demo.signal("SIGTERM");
  expect(yield* demo.exited).toMatchObject({ code: 1 });
  expect(texts(demo).slice(-2)).toEqual([
    expect.stringMatching(
      /^Ran \d+\.\d s: 1 event delivered, 1 run \(0 ended\), 1 refused, 1 heartbeat, agent exited with 0\.$/,
    ),
    "1 request was refused.",
  ]);
});

test("an agent that ends by itself ends the demo, with its last words and a 1", function* () {
  const agent = yield* useFakeAgent(`
    console.log('{"level":"info","msg":"Not for people."}');
    console.log('{"level":"warn","msg":"Careful."}');
    console.error("bad configuration");
    process.exitCode = 78; clearInterval(stay);
  `);
  const demo = yield* useDemo("--entry", agent);
  expect(yield* demo.exited).toMatchObject({ code: 1 });
  expect(texts(demo).slice(-3)).toEqual([
    "No event arrived.",
    "No heartbeat arrived.",
    "The agent exited with 78; it should have exited with 0.",
  ]);
  const said = texts(demo).filter((text) => text.includes("  agent"));
  expect(said.map((text) => text.slice(10)).sort()).toEqual(["agent warn: Careful.", "agent: bad configuration"]);
});

test("a second Ctrl-C ends it at once, and the agent with it", function* () {
  const agent = yield* useFakeAgent(`
    process.removeAllListeners("SIGTERM").on("SIGTERM", () => console.log("agent will not stop"));
    console.log("agent up");
  `);
  const demo = yield* useDemo("--entry", agent);
  yield* demo.untilLog(({ text }) => text.includes("agent up"));
  demo.signal("SIGINT");
  yield* demo.untilLog(({ text }) => text.includes("agent will not stop"));
  demo.signal("SIGINT");
  expect(yield* demo.exited).toMatchObject({ code: 130 });
});

test("takes another port for the page when the usual one is taken", function* () {
  yield* taken(8082);
  const demo = yield* useDemo("--duration", "0.1");
  yield* demo.exited;
  expect(texts(demo)[0]).toMatch(/^Watch it live at http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(texts(demo)[0]).not.toContain(":8082/");
});

function* taken(port: number): Operation<void> {
  try {
    yield* useObservabilityServer({ port });
  } catch (error) {
    expect(error).toMatchObject({ code: "E_LISTEN" }); // by somebody else, which will do
  }
}

test.each([
  [
    ["--agent", "airflow"],
    '--agent is "airflow"; the demo has a stand-in for the tools of: target_example, databricks.',
  ],
  [["--duration", "soon"], '--duration is "soon"; it must be a number of seconds, more than 0 and at most 86400.'],
  [["--duration", "0"], '--duration is "0"; it must be a number of seconds, more than 0 and at most 86400.'],
] as const)("refuses %j", function* ([args, message]) {
  const demo = yield* useDemo(...args);
  expect(yield* demo.exited).toMatchObject({ code: 2 });
  expect(demo.lines).toMatchObject([{ source: "stderr", text: message }]);
});

test("colours are for terminals, and for people who want them", function* () {
  const red = (isTerminal: boolean, noColor?: string) => choosePaint(isTerminal, noColor)("red", "x");
  expect(red(true)).toBe("\u001b[31mx\u001b[39m");
  expect(red(true, "")).toBe("\u001b[31mx\u001b[39m"); // set but empty counts as not set
  expect(red(true, "1")).toBe("x");
  expect(red(false)).toBe("x");
});
