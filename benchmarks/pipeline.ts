import { once } from "node:events";
import { z } from "zod";
import { end, portOf, selfReport, start, startAgent, withDirectory } from "./pipeline/children.ts";

/**
 * Events per second from a WebSocket source through the agent to an HTTP sink, against a bare loop from ws to undici,
 * all on this machine, in turn, once they are warm. The source never pauses, so events come in all the time that others go
 * out. The agent runs twice: with its outbox on disk, as it should be run, and in memory.
 * `node benchmarks/pipeline.ts [rounds]`
 */
const rounds = Number(process.argv[2] ?? 3);

const Result = z.object({ timed: z.int(), outOfOrder: z.int(), elapsedMs: z.number() });
const SUBJECTS = ["bare", "durable", "in memory"] as const;
type Subject = (typeof SUBJECTS)[number];

interface Measured {
  readonly eventsPerSecond: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  readonly rssMiB: number;
}

for (const { delayMs, count } of [
  { delayMs: 0, count: 150_000 },
  { delayMs: 20, count: 12_000 },
]) {
  const measured: Record<Subject, Measured[]> = { bare: [], durable: [], "in memory": [] };
  for (let round = 0; round < rounds; round++) {
    for (const subject of SUBJECTS) measured[subject].push(await measure(subject, count, delayMs));
  }
  console.log(`\n${count} events, sink answers after ${delayMs} ms, median of ${rounds}`);
  const bare = median(measured.bare.map(({ eventsPerSecond }) => eventsPerSecond));
  for (const subject of SUBJECTS) print(subject, measured[subject], bare);
}

async function measure(subject: Subject, count: number, delayMs: number): Promise<Measured> {
  return await withDirectory(async (stateDirectory) => {
    const source = start("source.ts");
    const sink = start("sink.ts", [count, delayMs]);
    const children = [source, sink];
    try {
      const [sourcePort, sinkPort] = await Promise.all([portOf(source), portOf(sink)]);
      const urls = { source: `ws://127.0.0.1:${sourcePort}/`, sink: `http://127.0.0.1:${sinkPort}/` };
      const options = { ...urls, ...(subject === "durable" && { stateDirectory }) };
      const agent = subject === "bare" ? start("bare.ts", [urls.source, urls.sink]) : startAgent(options);
      children.push(agent);
      const { timed, elapsedMs, outOfOrder } = Result.parse((await once(sink, "message"))[0]);
      if (subject !== "bare" && outOfOrder > 0) throw new Error(`${outOfOrder} events came out of order.`);
      const eventsPerSecond = (timed / elapsedMs) * 1000;
      if (subject === "bare") return { eventsPerSecond, delayP99Ms: 0, delayMaxMs: 0, rssMiB: 0 };
      return { eventsPerSecond, ...(await selfReport(agent)) };
    } finally {
      await end(children);
    }
  });
}

function print(subject: Subject, measured: readonly Measured[], bare: number): void {
  const of = (field: keyof Measured) => median(measured.map((each) => each[field]));
  const rate = of("eventsPerSecond");
  const speed = `${subject.padEnd(9)} ${Math.round(rate).toString().padStart(6)} ev/s`;
  if (subject === "bare") {
    console.log(speed);
    return;
  }
  const share = `${Math.round((rate / bare) * 100)} % of the bare loop`;
  const delays = `event loop delay p99 ${of("delayP99Ms").toFixed(1)} ms, longest ${of("delayMaxMs").toFixed(0)} ms`;
  console.log(`${speed}, ${share}; ${delays}; ${Math.round(of("rssMiB"))} MiB`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
