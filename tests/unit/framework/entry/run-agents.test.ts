import fs, { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensure, sleep, spawn, until } from "effection";
import { coreConfiguration, useCredentials } from "../../../../framework/configuration/index.ts";
import { useShutdown } from "../../../../framework/core/index.ts";
import { Connection } from "../../../../framework/delivery/store/connection.ts";
import { type AgentMain, type AgentTable, exitCodes, runAgents } from "../../../../framework/entry/index.ts";
import { useStateStore } from "../../../../framework/observability/index.ts";
import { lookup } from "../../../../registry/index.ts";
import { test as base, configurations, describe, expect, vi } from "../../../../testlib/index.ts";
import { useLogger, useRedactor } from "../../../../toolkit/index.ts";

const { env: core } = configurations.core.with({ agent_type: "acme", log_level: "debug" });

const test = base.extend({
  /** What goes to standard output and to standard error. */
  *output({ stateDirectory }) {
    const lines: string[] = [];
    const take = (text: unknown) => {
      lines.push(...String(text).split("\n").filter(Boolean));
      return Buffer.byteLength(String(text));
    };
    const { isTTY } = process.stdout;
    process.stdout.isTTY = false; // to a terminal, lines are written for people
    const { writeSync } = fs;
    const stdout = vi
      .spyOn(fs, "writeSync")
      .mockImplementation((fd: number, text: string) => (fd === 1 ? take(text) : writeSync(fd, text)));
    const stderr = vi.spyOn(process.stderr, "write").mockImplementation((text) => take(text) > 0);
    yield* ensure(() => {
      process.stdout.isTTY = isTTY;
      stdout.mockRestore();
      stderr.mockRestore();
    });
    return { lines, directories: [stateDirectory], env: { ...core, DK_STATE_DIR: stateDirectory } };
  },
});

describe("an agent process", () => {
  test("runs the selected agent under its contexts", function* ({ output: { lines, directories, env } }) {
    const main: AgentMain = function* () {
      const { agent_key } = yield* lookup(coreConfiguration);
      const log = yield* useLogger();
      (yield* useRedactor()).add("a-token-of-now");
      log.info(
        { agent_key, requested: (yield* useShutdown()).requested, at: (yield* useStateStore()).latestEventTimestamp },
        "Working with a-token-of-now.",
      );
    };
    const agents = { acme: { configurations: [], load: async () => main } };
    const code = yield* until(runAgents(agents, { env, workingDirectory: "/", directories }));
    expect(code).toBe(exitCodes.clean);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: "info", msg: "Starting the agent.", agentType: "acme" },
      { level: "debug", msg: "The settings in force." },
      { level: "info", msg: "Working with **********.", agent_key: "agent test key", requested: false },
      { level: "info", msg: "The agent has ended." },
    ]);
  });

  test("gives the agent its credentials", function* ({ output: { directories, env } }) {
    const kinds: string[] = [];
    const main: AgentMain = function* () {
      kinds.push((yield* useCredentials()).kind);
    };
    const agents: AgentTable = {
      acme: { configurations: [], credentials: { kinds: ["api_token"] }, load: async () => main },
    };
    const given = { ...env, DK_AGENT_TOKEN: "the-token" };
    yield* until(runAgents(agents, { env: given, workingDirectory: "/", directories }));
    expect(kinds).toEqual(["api_token"]);
  });

  test("says what nothing reads", function* ({ output: { lines, directories, env } }) {
    const agents = { acme: { configurations: [], load: async () => function* () {} } };
    yield* until(runAgents(agents, { env: { ...env, DK_LGO_LEVEL: "x" }, workingDirectory: "/", directories }));
    expect(lines.join("\n")).toContain('"level":"warn","time"');
    expect(lines.join("\n")).toContain("DK_LGO_LEVEL is ignored; nothing reads it. Did you mean DK_LOG_LEVEL?");
  });

  test("reports a wrong configuration on standard error, and loads nothing: exit code 78", function* ({
    output: { lines, directories },
  }) {
    const load = vi.fn();
    const agents = { acme: { configurations: [], load } };
    const code = yield* until(
      runAgents(agents, { env: { DK_AGENT_TYPE: "acme" }, workingDirectory: "/", directories }),
    );
    expect([code, load.mock.calls]).toEqual([exitCodes.configuration, []]);
    expect(lines[0]).toBe("The configuration has 3 problems:");
  });

  test("ends with exit code 1 when the agent cannot be loaded", function* ({ output: { lines, directories, env } }) {
    const load = () => Promise.reject(new Error("Its library is not installed."));
    const agents = { acme: { configurations: [], load } };
    const code = yield* until(runAgents(agents, { env, workingDirectory: "/", directories }));
    expect(code).toBe(exitCodes.failed);
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
      level: "error",
      err: { message: "Its library is not installed." },
    });
  });

  test("that is told to end before its store can be opened loads nothing, and says so: exit code 0", function* ({
    clock: _,
    output: { lines, directories, env },
  }) {
    const database = join(env.DK_STATE_DIR, "outbox.db");
    writeFileSync(database, "");
    const other = new Connection(database);
    other.execute("CREATE TABLE t (a); BEGIN EXCLUSIVE");
    const load = vi.fn();
    const agents = { acme: { configurations: [], load } };
    const running = yield* spawn(() => until(runAgents(agents, { env, workingDirectory: "/", directories })));
    while (!lines.some((line) => line.includes("it is tried again until it can"))) yield* sleep(1);
    process.listeners("SIGTERM").at(-1)?.("SIGTERM");
    expect([yield* running, load.mock.calls]).toEqual([exitCodes.clean, []]);
    other.close();
    expect(lines.slice(-3).map((line) => JSON.parse(line))).toMatchObject([
      { level: "info", msg: "Stopping: delivering what is left." },
      { level: "warn", code: "E_STORE_NOT_OPENED" },
      { level: "info", msg: "The agent has ended." },
    ]);
  });

  test.each(["uncaughtException", "unhandledRejection"] as const)(
    "logs an %s and ends with exit code 1",
    function* (event, { output: { lines, directories, env } }) {
      const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
      yield* ensure(() => exit.mockRestore());
      const listeners = process.listenerCount(event);
      const main: AgentMain = function* () {
        const report: unknown = process.rawListeners(event).at(-1);
        if (typeof report === "function") report(new Error("Nobody caught it."));
      };
      const agents = { acme: { configurations: [], load: async () => main } };
      yield* until(runAgents(agents, { env, workingDirectory: "/", directories }));
      expect(exit.mock.calls).toEqual([[exitCodes.failed]]);
      expect(lines.map((line) => JSON.parse(line))).toContainEqual(
        expect.objectContaining({ level: "fatal", err: expect.objectContaining({ message: "Nobody caught it." }) }),
      );
      expect(process.listenerCount(event)).toBe(listeners);
    },
  );
});
