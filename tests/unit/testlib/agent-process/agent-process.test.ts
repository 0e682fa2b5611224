import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensure, type Operation, scoped, spawn, suspend, withResolvers } from "effection";
import {
  type AgentProcess,
  type AgentProcessOptions,
  useAgentProcess,
} from "../../../../testlib/agent-process/index.ts";
import { expect, test, thrownBy, vi } from "../../../../testlib/index.ts";
import { useFirstConnection } from "./first-connection.ts";
import { stayAlive, useScript } from "./script.ts";

function* useRunning(source: string, options: AgentProcessOptions = {}): Operation<AgentProcess> {
  return yield* useAgentProcess({ entry: yield* useScript(source), ...options });
}

const printWorkplace = `
  import { readdirSync, readFileSync } from "node:fs";
  console.log(JSON.stringify({ cwd: process.cwd(), files: readdirSync("."), args: process.argv.slice(2), env: process.env }));
`;
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("collects the lines of both streams, the last one too when it has no end", function* () {
  const seen: string[] = [];
  const agent = yield* useRunning(
    `process.stdout.write("one\\ntwo\\nthr\\u00e9e \\u2028 three"); process.stderr.write("err\\n");`,
    {
      onLine: ({ text }) => seen.push(text),
    },
  );
  expect(yield* agent.exited).toMatchObject({ code: 0, signal: null });
  const linesOf = (wanted: string) => agent.lines.filter(({ source }) => source === wanted).map(({ text }) => text);
  expect(linesOf("stdout")).toEqual(["one", "two", "thr\u00e9e \u2028 three"]);
  expect(linesOf("stderr")).toEqual(["err"]);
  expect(seen).toEqual(agent.lines.map(({ text }) => text));
});

test("waits for a line that is still to come, and finds one that has been printed", function* () {
  const agent = yield* useRunning(`
    process.once("SIGUSR2", () => console.log('{"level":"warn","msg":"Reloaded."}'));
    console.log('{"level":30,"msg":"Started.","port":8080}');
    ${stayAlive}
  `);
  const started = yield* agent.untilLog(({ record }) => record?.msg === "Started.");
  expect(started.record).toEqual({ level: "info", msg: "Started.", port: 8080 });
  agent.signal("SIGUSR2");
  const reloaded = yield* agent.untilLog(({ record }) => record?.level === "warn");
  expect(reloaded.record?.msg).toBe("Reloaded.");
  expect(yield* agent.untilLog(({ record }) => record?.msg === "Started.")).toBe(started);
});

test("a condition that throws fails the one that waits", function* () {
  const agent = yield* useRunning(`setTimeout(() => console.log("late"), 20); ${stayAlive}`);
  const broken = () => {
    throw new RangeError("broken condition");
  };
  expect(yield* thrownBy(() => agent.untilLog(broken))).toMatchObject({ message: "broken condition" });
});

test("tells at once, with the last output, when the process ends without the line", function* () {
  const agent = yield* useRunning(`console.error("cannot go on"); process.exit(78);`);
  const error = yield* thrownBy(() => agent.untilLog(({ text }) => text === "ready"));
  expect(error).toMatchObject({
    code: "E_AGENT_EXITED",
    message:
      "Agent process: It ended (exit code 78) without printing the line. Its last output:\n  stderr: cannot go on",
  });
  expect(yield* thrownBy(() => agent.untilLog(() => false))).toMatchObject({ code: "E_AGENT_EXITED" });
});

test("a deadline fails with the last 20 lines of output", function* () {
  const printed = withResolvers<void>();
  const agent = yield* useRunning(`for (let i = 1; i <= 30; i++) console.log("line", i); ${stayAlive}`, {
    deadlineMs: 100,
    onLine: ({ text }) => text === "line 30" && printed.resolve(),
  });
  yield* printed.operation;
  const lastLines = Array.from({ length: 20 }, (_, index) => `  stdout: line ${index + 11}`).join("\n");
  expect(yield* thrownBy(() => agent.untilLog(() => false))).toMatchObject({
    code: "E_AGENT_DEADLINE",
    message: `Agent process: Waited 100 ms in vain for the line it was to print. Its last output:\n${lastLines}`,
  });
  expect(yield* thrownBy(() => agent.exited)).toMatchObject({
    code: "E_AGENT_DEADLINE",
    message: `Agent process: Waited 100 ms in vain for its end. Its last output:\n${lastLines}`,
  });
});

test("a silent process that misses the deadline is called silent", function* () {
  const agent = yield* useRunning(stayAlive, { deadlineMs: 50 });
  expect(yield* thrownBy(() => agent.exited)).toMatchObject({
    message: expect.stringMatching(/ It has printed nothing\.$/),
  });
});

test("passes signals on and reports how the process ended, as often as asked", function* () {
  const agent = yield* useRunning(`process.once("SIGTERM", () => process.exit(7)); console.log("ready"); ${stayAlive}`);
  yield* agent.untilLog(({ text }) => text === "ready");
  agent.signal("SIGTERM");
  const exit = yield* agent.exited;
  expect(exit).toEqual({ code: 7, signal: null, durationMs: expect.any(Number) });
  expect(exit.durationMs).toBeGreaterThan(0);
  expect(yield* agent.exited).toBe(exit);
  agent.signal("SIGTERM"); // no longer there: nothing happens
});

test("reports the signal that ended the process", function* () {
  const agent = yield* useRunning(stayAlive);
  agent.signal("SIGKILL");
  expect(yield* agent.exited).toMatchObject({ code: null, signal: "SIGKILL" });
});

test("of this repository finds what Node has compiled before, where the tests have a place for it", function* () {
  const NODE_COMPILE_CACHE = join(process.cwd(), "node_modules/.cache/node");
  vi.stubEnv("NODE_COMPILE_CACHE", NODE_COMPILE_CACHE);
  yield* ensure(() => void vi.unstubAllEnvs());
  const agent = yield* useAgentProcess({ entry: join(import.meta.dirname, "print-environment.ts") });
  yield* agent.exited;
  const { PATH } = process.env;
  expect(JSON.parse(agent.lines[0]?.text ?? "{}")).toEqual({ PATH, NODE_COMPILE_CACHE });
});

test("inherits nothing but PATH, works in an empty temporary directory, and gets its arguments", function* () {
  process.env["DK_LEAKED"] = "from the parent";
  const agent = yield* useRunning(printWorkplace, { env: { DK_AGENT_KEY: "k" }, args: ["--once", "now"] });
  delete process.env["DK_LEAKED"];
  yield* agent.exited;
  const { cwd, files, args, env } = JSON.parse(agent.lines[0]?.text ?? "{}");
  expect(env).toEqual({ PATH: process.env["PATH"], DK_AGENT_KEY: "k" });
  expect(cwd).toBe(agent.directory);
  expect(files).toEqual([]);
  expect(args).toEqual(["--once", "now"]);
});

test("writes agent.toml, and takes the temporary directory away again", function* () {
  const directory = yield* scoped(function* () {
    const agent = yield* useRunning(stayAlive, { toml: "[core]\nlog_level = 'debug'\n" });
    expect(readFileSync(join(agent.directory, "agent.toml"), "utf8")).toBe("[core]\nlog_level = 'debug'\n");
    return agent.directory;
  });
  expect(existsSync(directory)).toBe(false);
});

test("leaves a directory it was given where it is", function* () {
  const cwd = mkdtempSync(join(tmpdir(), "given-"));
  yield* scoped(function* () {
    const agent = yield* useRunning(printWorkplace, { cwd, toml: "" });
    yield* agent.exited;
  });
  expect(existsSync(join(cwd, "agent.toml"))).toBe(true);
  rmSync(cwd, { recursive: true });
});

test("halted, it asks the process to end and waits for that", function* () {
  const ready = withResolvers<AgentProcess>();
  const running = yield* spawn(function* () {
    const agent = yield* useRunning(`
      process.once("SIGTERM", () => setTimeout(() => { console.log("drained"); process.exit(0); }, 50));
      console.log("ready"); ${stayAlive}
    `);
    yield* agent.untilLog(({ text }) => text === "ready");
    ready.resolve(agent);
    yield* suspend();
  });
  const agent = yield* ready.operation;
  yield* running.halt();
  expect(agent.lines.at(-1)?.text).toBe("drained");
  expect(isAlive(agent.pid)).toBe(false);
  expect(existsSync(agent.directory)).toBe(false);
});

test("kills a process that does not end when asked to", function* () {
  const agent = yield* scoped(function* () {
    const stubborn = yield* useRunning(`process.on("SIGTERM", () => {}); console.log("ready"); ${stayAlive}`, {
      graceMs: 100,
    });
    yield* stubborn.untilLog(({ text }) => text === "ready");
    return stubborn;
  });
  expect(isAlive(agent.pid)).toBe(false);
  expect(yield* agent.exited).toMatchObject({ code: null, signal: "SIGKILL" });
});

test("takes child and directory along when this process ends without ending its scopes", function* () {
  const connection = yield* useFirstConnection();
  const child = yield* useScript(`
    import { connect } from "node:net";
    connect(${connection.port}, "127.0.0.1").once("connect", () => console.log("connected")); ${stayAlive}
  `);
  const module = new URL("../../../../testlib/agent-process/index.ts", import.meta.url);
  const parent = yield* useRunning(`
    import { run } from ${JSON.stringify(import.meta.resolve("effection"))};
    import { useAgentProcess } from ${JSON.stringify(module.href)};
    await run(function* () {
      const agent = yield* useAgentProcess({ entry: ${JSON.stringify(child)} });
      yield* agent.untilLog(({ text }) => text === "connected");
      console.log(agent.directory);
      process.exit(3);
    });
  `);
  expect(yield* parent.exited).toMatchObject({ code: 3 });
  yield* connection.closed;
  expect(parent.lines).toHaveLength(1);
  expect(existsSync(parent.lines[0]?.text ?? tmpdir())).toBe(false);
});

test("one that has ended needs no more than its directory to be removed when this process ends", function* () {
  const before = process.listenerCount("exit");
  for (let i = 0; i < 3; i++) yield* (yield* useRunning("")).exited;
  expect(process.listenerCount("exit") - before).toBe(3);
});

test("fails clearly when the process cannot be started", function* () {
  const error = yield* thrownBy(() => useAgentProcess({ cwd: "/no/such/directory", entry: "x.mjs" }));
  expect(error).toMatchObject({
    code: "E_AGENT_START",
    message: expect.stringContaining("x.mjs in /no/such/directory"),
  });
});

test("runs the real agent when no entry is given", function* () {
  const agent = yield* useAgentProcess({ env: { DK_AGENT_TYPE: "no_such_agent" } });
  expect(yield* agent.exited).toMatchObject({ code: 78 });
});
