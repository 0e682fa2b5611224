import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/**
 * What it costs to watch a busy workspace: memory and processor time of the agent, and what it asks of Databricks.
 * 500 runs go on at any time, of 20 tasks each, polled every 5 s. Linux only.
 * `node benchmarks/databricks-load.ts [seconds] [runs] [tasks] [seconds a run lasts]`
 *
 * `AGENT_FLAGS` are options of Node for the agent, and `AGENT_ENTRY` is what runs, from the top of the repository:
 * `make build && AGENT_FLAGS=--max-semi-space-size=4 AGENT_ENTRY=dist/agents/main.js node benchmarks/databricks-load.ts`
 */
const [seconds = 60, runs = 500, tasks = 20, runSeconds = 300] = process.argv.slice(2).map(Number);
const { AGENT_FLAGS = "", AGENT_ENTRY = "agents/main.ts" } = process.env;
const PERIOD_SECONDS = 5;
/** All the runs are new at first, and V8 compiles. */
const WARM_UP_SECONDS = 20;
/** `sysconf(_SC_CLK_TCK)`, the unit of /proc/<pid>/stat: 100 a second wherever Linux runs. */
const TICKS_PER_SECOND = 100;

const Address = z.object({ address: z.object({ port: z.int() }) });
const Workspace = z.object({ env: z.record(z.string(), z.string()) });
const Counts = z.object({ requests: z.int().optional(), begun: z.int().optional(), events: z.int().optional() });
const counts = { requests: 0, begun: 0, events: 0 };

const stateDirectory = mkdtempSync(join(tmpdir(), "databricks-load-"));
const children: ChildProcess[] = [];
try {
  const sink = start("databricks-load/sink.ts");
  const [address] = await once(sink, "message");
  const workspace = start("databricks-load/workspace.ts", [runs, tasks, runSeconds].map(String));
  const [workspaceIs] = await once(workspace, "message");
  for (const child of [sink, workspace]) child.on("message", (message) => Object.assign(counts, Counts.parse(message)));
  const agent = start(`../${AGENT_ENTRY}`, [], {
    PATH: process.env["PATH"] ?? "",
    DK_AGENT_TYPE: "databricks",
    DK_AGENT_KEY: "benchmark",
    DK_STATE_DIR: stateDirectory,
    DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY: "benchmark-key",
    DK_OBSERVABILITY_BASE_URL: `http://127.0.0.1:${Address.parse(address).address.port}/`,
    DK_PERIOD: String(PERIOD_SECONDS),
    ...Workspace.parse(workspaceIs).env,
  });
  agent.once("exit", (code) => {
    throw new Error(`The agent has ended, with ${code}.`);
  });
  const { pid } = agent;
  if (pid === undefined) throw new Error("The agent did not start.");
  await watch(pid, WARM_UP_SECONDS);
  const before = { ...counts, cpuSeconds: cpuSecondsOf(pid), atMs: performance.now() };
  const peakMiB = await watch(pid, seconds);
  const startPeakMiB = memoryMiBOf(pid, "VmHWM");
  const elapsed = (performance.now() - before.atMs) / 1000;
  const perSecond = (after: number, first: number) => ((after - first) / elapsed).toFixed(1);
  const cpu = ((cpuSecondsOf(pid) - before.cpuSeconds) / elapsed) * 100;
  console.log(
    [
      `${runs} runs of ${tasks} tasks, every ${PERIOD_SECONDS} s, for ${Math.round(elapsed)} s:`,
      `  memory (RSS) at most ${peakMiB.toFixed(0)} MiB, ${startPeakMiB.toFixed(0)} since the start`,
      `  processor ${cpu.toFixed(1)} % of a core`,
      `  ${perSecond(counts.requests, before.requests)} requests/s to Databricks`,
      `  ${perSecond(counts.events, before.events)} events/s to Observability; ${perSecond(counts.begun, before.begun)} runs/s begin and end`,
    ].join("\n"),
  );
} finally {
  for (const child of children) child.removeAllListeners("exit").kill("SIGKILL");
  rmSync(stateDirectory, { recursive: true, force: true });
}

function start(file: string, args: readonly string[] = [], env?: Readonly<Record<string, string>>): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const execArgv = env === undefined ? [] : AGENT_FLAGS.split(" ").filter((flag) => flag !== "");
  const child = fork(path, args, { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv, ...(env && { env }) });
  children.push(child);
  return child;
}

/** @returns the most memory that was seen, MiB */
async function watch(pid: number, forSeconds: number): Promise<number> {
  let peak = 0;
  for (let second = 0; second < forSeconds; second++) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    peak = Math.max(peak, memoryMiBOf(pid, "VmRSS"));
  }
  return peak;
}

function memoryMiBOf(pid: number, field: string): number {
  const [, kib] = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}

function cpuSecondsOf(pid: number): number {
  // The second field is the program's name in brackets, which may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
