import { type ChildProcess, spawn } from "node:child_process";
import { relative } from "node:path";
import type { Readable } from "node:stream";
import { action, ensure, type Operation } from "effection";
import { AgentError } from "../../toolkit/index.ts";
import { toLogLine } from "./log-line.ts";
import type { Output } from "./output.ts";

export interface ChildOptions {
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly graceMs: number;
}

/** Runs `node entry args` until the caller's scope ends, and tells `output` all about it. */
export function* useChild(options: ChildOptions, output: Output): Operation<ChildProcess> {
  let child: ChildProcess | undefined;
  const killNow = () => {
    if (child && !output.hasEnded) killGroup(child);
  };
  yield* ensure(function* () {
    if (child?.pid !== undefined && !output.hasEnded) yield* end(child, options.graceMs);
    process.off("exit", killNow);
  });
  process.on("exit", killNow); // also when this process is ended without ending its scopes
  child = start(options);
  child.once("close", () => process.off("exit", killNow)); // a test may start many, one after the other
  report(child, output);
  yield* started(child, options);
  return child;
}

function start({ entry, args, env, directory }: ChildOptions): ChildProcess {
  return spawn(process.execPath, [entry, ...args], {
    cwd: directory,
    env: { PATH: process.env["PATH"], ...compileCache(entry), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: Ctrl-C in a terminal goes to everything in the terminal's group, and the child would count it
    // as a first signal; and whatever the child starts can be killed along with it.
    detached: true,
  });
}

/**
 * Where Node keeps what it has compiled, when these tests have such a place: half the time of a start goes into compiling.
 * Only for what is below the working directory of the tests: scripts in temporary directories would but fill it.
 */
function compileCache(entry: string): { readonly NODE_COMPILE_CACHE?: string } {
  const directory = process.env["NODE_COMPILE_CACHE"];
  const isBelow = !relative(process.cwd(), entry).startsWith("..");
  return directory !== undefined && isBelow ? { NODE_COMPILE_CACHE: directory } : {};
}

function report(child: ChildProcess, output: Output): void {
  const startedAt = performance.now();
  let endedAt = startedAt;
  if (child.stdout) readLines(child.stdout, (text) => output.add(toLogLine(text, "stdout")));
  if (child.stderr) readLines(child.stderr, (text) => output.add(toLogLine(text, "stderr")));
  child.once("exit", () => {
    endedAt = performance.now();
  });
  // "close" comes after "exit", when the last output has been read too.
  child.once("close", (code, signal) => output.end({ code, signal, durationMs: endedAt - startedAt }));
}

/** Not node:readline: it also breaks lines at U+2028, which JSON text may contain. */
function readLines(stream: Readable, onLine: (text: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
  stream.once("end", () => {
    if (rest !== "") onLine(rest);
  });
}

function started(child: ChildProcess, { entry, directory }: ChildOptions): Operation<void> {
  return action<void>((resolve, reject) => {
    const onError = (cause: Error) =>
      reject(new AgentError("E_AGENT_START", `Cannot run ${entry} in ${directory}: ${cause.message}.`, { cause }));
    child.once("spawn", resolve);
    child.once("error", onError);
    return () => {
      child.off("spawn", resolve);
      // "error" keeps a listener: later ones (a signal that could not be sent) must not end this process.
      child.on("error", () => {});
      child.off("error", onError);
    };
  }, "agent process start");
}

/** SIGTERM, then SIGKILL for it and everything it started, then wait until it is gone. */
function end(child: ChildProcess, graceMs: number): Operation<void> {
  return action<void>((resolve) => {
    const timer = setTimeout(() => killGroup(child), graceMs);
    child.once("close", () => resolve());
    child.kill("SIGTERM");
    return () => clearTimeout(timer);
  }, "agent process end");
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // ESRCH: all of them are gone already
  }
}
