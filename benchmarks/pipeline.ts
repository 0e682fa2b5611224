import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/**
 * Events per second from a WebSocket source through the agent to an HTTP sink, against a bare loop from ws to undici,
 * all on this machine, in turn. `node benchmarks/pipeline.ts [rounds]`
 */
const rounds = Number(process.argv[2] ?? 3);

const Address = z.object({ address: z.object({ port: z.int() }) });
const Result = z.object({ received: z.int(), outOfOrder: z.int(), elapsedMs: z.number() });
type Subject = (source: string, sink: string) => ChildProcess;

const subjects: Record<"bare" | "agent", Subject> = {
  bare: (source, sink) => start("pipeline/bare.ts", [source, sink]),
  agent: (source, sink) =>
    fork(path("../agents/main.ts"), {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: {
        PATH: process.env["PATH"],
        DK_AGENT_TYPE: "target_example",
        DK_AGENT_KEY: "benchmark",
        DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY: "benchmark-key",
        DK_OBSERVABILITY_BASE_URL: sink,
        DK_EXAMPLE_TARGET_URL: source,
        DK_EXAMPLE_COMPONENT_TYPE: "BATCH_PIPELINE",
      },
    }),
};

for (const { delayMs, count } of [
  { delayMs: 0, count: 60_000 },
  { delayMs: 20, count: 12_000 },
]) {
  const rates = { bare: [] as number[], agent: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    for (const name of ["bare", "agent"] as const) {
      const { elapsedMs, outOfOrder } = await measure(subjects[name], count, delayMs);
      rates[name].push((count / elapsedMs) * 1000);
      if (name === "agent" && outOfOrder > 0) throw new Error(`${outOfOrder} events came out of order.`);
    }
  }
  const bare = median(rates.bare);
  const agent = median(rates.agent);
  const share = Math.round((agent / bare) * 100);
  console.log(
    `sink answers after ${delayMs} ms: bare loop ${Math.round(bare)} ev/s, agent ${Math.round(agent)} ev/s (${share} %)`,
  );
}

async function measure(subject: Subject, count: number, delayMs: number): Promise<z.output<typeof Result>> {
  const source = start("pipeline/source.ts", [String(count)]);
  const sink = start("pipeline/sink.ts", [String(count), String(delayMs)]);
  const children = [source, sink];
  try {
    const [sourcePort, sinkPort] = await Promise.all([portOf(source), portOf(sink)]);
    children.push(subject(`ws://127.0.0.1:${sourcePort}/`, `http://127.0.0.1:${sinkPort}/`));
    const [result] = await once(sink, "message");
    return Result.parse(result);
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
}

function start(file: string, args: readonly string[]): ChildProcess {
  return fork(path(file), args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
}

async function portOf(child: ChildProcess): Promise<number> {
  const [message] = await once(child, "message");
  return Address.parse(message).address.port;
}

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
