import { createServer } from "node:http";
import { z } from "zod";

/**
 * An HTTP server that answers 503 until it is told "up", then 204 after some ms. Once it has `COUNT` events of the
 * backlog it tells how long that took, and how long those took that were sent meanwhile.
 */
const count = Number(process.argv[2]);
const delayMs = Number(process.argv[3]);

const Event = z.object({
  run_key: z.string(),
  metadata: z.object({ number: z.int(), sentAtMs: z.number().optional() }),
});
const lastOfRun = new Map<string, number>();
const delays: number[] = [];
let isUp = false;
let upAtMs = 0;
let upAtEpochMs = 0;
let received = 0;
let outOfOrder = 0;

process.on("message", () => {
  isUp = true;
  upAtMs = performance.now();
  upAtEpochMs = Date.now();
});

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const isEvent = request.url?.includes("/events/") === true;
    if (isEvent && !isUp) {
      response.writeHead(503).end();
      return;
    }
    if (isEvent) take(Buffer.concat(chunks).toString());
    setTimeout(() => response.writeHead(204).end(), delayMs);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.({ address: server.address() }));

function take(text: string): void {
  const { run_key, metadata } = Event.parse(JSON.parse(text));
  if (metadata.sentAtMs !== undefined) {
    if (metadata.sentAtMs >= upAtEpochMs) delays.push(Date.now() - metadata.sentAtMs); // the others waited for the server
    return;
  }
  if (metadata.number !== (lastOfRun.get(run_key) ?? -1) + 1) outOfOrder++;
  lastOfRun.set(run_key, metadata.number);
  if (++received === count) process.send?.({ elapsedMs: performance.now() - upAtMs, outOfOrder, ...delayFigures() });
}

function delayFigures() {
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (quantile: number) => sorted[Math.floor(quantile * (sorted.length - 1))] ?? 0;
  return { newEvents: sorted.length, medianMs: at(0.5), p99Ms: at(0.99), longestMs: at(1) };
}
