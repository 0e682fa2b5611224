import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const Address = z.object({ address: z.object({ port: z.int() }) });
const SelfReport = z.object({ delayP99Ms: z.number(), delayMaxMs: z.number(), rssMiB: z.number() });

/** Starts a script of this folder; what it prints on standard error is shown. */
export function start(file: string, args: readonly (string | number)[] = []): ChildProcess {
  return fork(path(file), args.map(String), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
}

export interface AgentOptions {
  readonly source: string;
  readonly sink: string;
  /** Where it keeps its outbox; in memory without it. */
  readonly stateDirectory?: string | undefined;
  /** Of Node, such as `--cpu-prof`. */
  readonly execArgv?: readonly string[];
}

/** Starts target_example, which then answers `selfReport`. */
export function startAgent({ source, sink, stateDirectory, execArgv = [] }: AgentOptions): ChildProcess {
  return fork(path("../../agents/main.ts"), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: ["--import", path("self-report.ts"), ...execArgv],
    env: {
      PATH: process.env["PATH"],
      DK_AGENT_TYPE: "target_example",
      DK_AGENT_KEY: "benchmark",
      DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY: "benchmark-key",
      DK_OBSERVABILITY_BASE_URL: sink,
      DK_EXAMPLE_TARGET_URL: source,
      DK_EXAMPLE_COMPONENT_TYPE: "BATCH_PIPELINE",
      ...(stateDirectory !== undefined && { DK_STATE_DIR: stateDirectory }),
    },
  });
}

export async function portOf(child: ChildProcess): Promise<number> {
  const [message] = await once(child, "message");
  return Address.parse(message).address.port;
}

export async function selfReport(agent: ChildProcess): Promise<z.output<typeof SelfReport>> {
  agent.send("report");
  const [message] = await once(agent, "message");
  return SelfReport.parse(message);
}

/** Gives `use` an empty directory on the disk that has the temporary ones, and removes it. */
export async function withDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "benchmark-"));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Ends the processes at once, and waits until they are gone. */
export async function end(children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    children.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    }),
  );
}

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
