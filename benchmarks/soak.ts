import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { end, portOf, selfReport, start, startAgent, withDirectory } from "./pipeline/children.ts";

/**
 * An agent with its outbox on disk and a sink that answers after 20 ms, for a long time: does its memory stay where it
 * is? A line for each tenth of the time. `node benchmarks/soak.ts [minutes] [events per second]`
 */
const [minutes = 30, perSecond = 500] = process.argv.slice(2).map(Number);
const LINES = 10;
const DELAY_MS = 20;

const Counts = z.object({ received: z.int(), wrong: z.int() });

await withDirectory(async (stateDirectory) => {
  const source = start("../soak/source.ts", [perSecond]);
  const sink = start("../soak/sink.ts", [DELAY_MS]);
  const children = [source, sink];
  try {
    const [sourcePort, sinkPort] = await Promise.all([portOf(source), portOf(sink)]);
    const urls = { source: `ws://127.0.0.1:${sourcePort}/`, sink: `http://127.0.0.1:${sinkPort}/` };
    const agent = startAgent({ ...urls, stateDirectory });
    children.push(agent);
    for (let line = 1; line <= LINES; line++) {
      await pause((minutes * 60_000) / LINES);
      console.log(`${((minutes * line) / LINES).toFixed(1).padStart(5)} min  ${await report(agent, sink)}`);
    }
  } finally {
    await end(children);
  }
});

async function report(agent: ChildProcess, sink: ChildProcess): Promise<string> {
  const { rssMiB, delayP99Ms, delayMaxMs } = await selfReport(agent);
  agent.send("reset");
  sink.send("report");
  const { received, wrong } = Counts.parse((await once(sink, "message"))[0]);
  const delays = `event loop delay p99 ${delayP99Ms.toFixed(1)} ms, longest ${delayMaxMs.toFixed(0)} ms`;
  return `${Math.round(rssMiB)} MiB; ${received} events, ${wrong} out of order, missing or twice; ${delays}`;
}
