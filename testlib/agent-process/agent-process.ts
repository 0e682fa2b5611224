import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Operation, resource } from "effection";
import { useChild } from "./child.ts";
import type { LogLine } from "./log-line.ts";
import { type AgentExit, Output } from "./output.ts";
import { useWorkingDirectory } from "./working-directory.ts";

export interface AgentProcessOptions {
  /** The child's whole environment, but for `PATH` and `NODE_COMPILE_CACHE`: nothing else is inherited, no `DK_*`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to `agent.toml` in the working directory. */
  readonly toml?: string;
  /** Working directory. Default: a new temporary one, removed with the scope. */
  readonly cwd?: string;
  readonly args?: readonly string[];
  /** Script that Node runs, from the working directory of the tests. Default: the `agents/main` of this package. */
  readonly entry?: string;
  /** How long one `untilLog` or `exited` may wait. Default 15,000; `Infinity` for no limit. */
  readonly deadlineMs?: number;
  /** From SIGTERM to SIGKILL when the scope ends before the child. Default 2,000. */
  readonly graceMs?: number;
  /** Called with each line as it is printed. */
  readonly onLine?: (line: LogLine) => void;
}

/** The real agent, running as a child process. */
export interface AgentProcess {
  readonly pid: number;
  /** Its working directory. */
  readonly directory: string;
  /** What it has printed, both streams in order of arrival; the newest 10,000 lines. */
  readonly lines: readonly LogLine[];
  /**
   * The first line that matches, printed already or still to come.
   * @throws {AgentError} `E_AGENT_DEADLINE`, or `E_AGENT_EXITED` when the process ends without printing one; both quote
   * its last output
   */
  untilLog(matches: (line: LogLine) => boolean): Operation<LogLine>;
  /** Sends a signal; does nothing once the process has ended. */
  signal(name: NodeJS.Signals): void;
  /**
   * Waits for the end of the process and of its output. Can be waited for any number of times.
   * @throws {AgentError} `E_AGENT_DEADLINE`, quoting its last output
   */
  readonly exited: Operation<AgentExit>;
}

/** As the sources have it, or as the build has it: like this very file. */
const agentMain = fileURLToPath(import.meta.url).replace(
  /testlib.agent-process.agent-process(\.[jt]s)$/,
  "agents/main$1",
);

/**
 * Starts an agent as its users do: `node agents/main.ts`, an `agent.toml`, an environment. It ends with the scope, by
 * SIGTERM and then SIGKILL, and takes its temporary directory along.
 * @throws {AgentError} `E_AGENT_START` when the process cannot be started
 */
export function useAgentProcess(options: AgentProcessOptions = {}): Operation<AgentProcess> {
  const { env = {}, toml, cwd, args = [], entry = agentMain, deadlineMs = 15_000, graceMs = 2_000, onLine } = options;
  return resource(function* (provide) {
    const directory = yield* useWorkingDirectory(cwd, toml); // before the child, so that it is removed after it
    const output = new Output(deadlineMs, onLine);
    const child = yield* useChild({ entry: resolve(entry), args, env, directory, graceMs }, output);
    yield* provide({
      pid: child.pid ?? Number.NaN,
      directory,
      lines: output.lines,
      untilLog: (matches) => output.untilLine(matches),
      signal: (name) => void child.kill(name),
      exited: output.ended,
    });
  });
}
