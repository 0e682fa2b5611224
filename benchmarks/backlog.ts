import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { EventStore } from "../framework/delivery/index.ts";
import { end, portOf, selfReport, start, startAgent, withDirectory } from "./pipeline/children.ts";

/**
 * An agent starts with a backlog on disk while the server is down; then that comes up and answers after 20 ms. How long
 * does it take until all is delivered, and how long do events take meanwhile that have just happened?
 * `node benchmarks/backlog.ts [events]`
 */
const count = Number(process.argv[2] ?? 100_000);
const RUNS = 500;
const DELAY_MS = 20;
const NEW_EVENT_EVERY_MS = 50;
const DOWN_MS = 5_000;

const Result = z.object({
  elapsedMs: z.number(),
  outOfOrder: z.int(),
  newEvents: z.int(),
  medianMs: z.number(),
  p99Ms: z.number(),
  longestMs: z.number(),
});

await withDirectory(async (stateDirectory) => {
  fill(stateDirectory);
  const source = start("../backlog/source.ts", [NEW_EVENT_EVERY_MS]);
  const sink = start("../backlog/sink.ts", [count, DELAY_MS]);
  const children = [source, sink];
  try {
    const [sourcePort, sinkPort] = await Promise.all([portOf(source), portOf(sink)]);
    const urls = { source: `ws://127.0.0.1:${sourcePort}/`, sink: `http://127.0.0.1:${sinkPort}/` };
    const agent = startAgent({ ...urls, stateDirectory });
    children.push(agent);
    await pause(DOWN_MS);
    const waiting = await selfReport(agent);
    agent.send("reset");
    sink.send("up");
    const result = Result.parse((await once(sink, "message"))[0]);
    const atEnd = await selfReport(agent);
    if (result.outOfOrder > 0) throw new Error(`${result.outOfOrder} events came out of order.`);
    console.log(`${count} events of ${RUNS} runs on disk, server down: ${Math.round(waiting.rssMiB)} MiB`);
    const rate = Math.round((count / result.elapsedMs) * 1000);
    console.log(
      `delivered in ${(result.elapsedMs / 1000).toFixed(1)} s (${rate} ev/s); ${Math.round(atEnd.rssMiB)} MiB`,
    );
    const { newEvents, medianMs, p99Ms, longestMs } = result;
    console.log(`${newEvents} new events meanwhile: median ${medianMs} ms, p99 ${p99Ms} ms, longest ${longestMs} ms`);
    console.log(`event loop delay p99 ${atEnd.delayP99Ms.toFixed(1)} ms, longest ${atEnd.delayMaxMs.toFixed(0)} ms`);
  } finally {
    await end(children);
  }
});

function fill(directory: string): void {
  const store = new EventStore({ directory, maxBytes: 2 ** 30 });
  for (let first = 0; first < count; first += 1_000) {
    const events = Array.from({ length: Math.min(1_000, count - first) }, (_, i) => stagedEvent(first + i));
    store.commit([{ events, state: [] }]);
  }
  store.close();
}

function stagedEvent(index: number) {
  const run_key = `old-${index % RUNS}`;
  const metadata = { number: Math.floor(index / RUNS) };
  const body = { pipeline_key: "benchmark", run_key, status: "RUNNING", component_tool: "example", metadata };
  return { type: "run-status", lane: run_key, body: JSON.stringify(body), queuedAt: Date.now() } as const;
}
