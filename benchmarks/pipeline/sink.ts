import { createServer } from "node:http";
import { z } from "zod";

/**
 * An HTTP server that answers 204 after some ms. Once it has `COUNT` events it tells how they came. The first fifth of them
 * is for warming up: by then, V8 has compiled what there is to compile, here and in the others.
 */
const count = Number(process.argv[2]);
const delayMs = Number(process.argv[3]);
const warmUp = Math.floor(count / 5);

const Event = z.object({ run_key: z.string(), metadata: z.object({ number: z.int() }) });
const lastOfRun = new Map<string, number>();
let received = 0;
let outOfOrder = 0;
let warmAtMs = 0;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    if (request.url?.includes("/events/")) take(Buffer.concat(chunks).toString());
    const answer = () => response.writeHead(204).end();
    if (delayMs > 0) setTimeout(answer, delayMs);
    else answer();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.({ address: server.address() }));

function take(text: string): void {
  const { run_key, metadata } = Event.parse(JSON.parse(text));
  if (++received === warmUp) warmAtMs = performance.now();
  if (metadata.number !== (lastOfRun.get(run_key) ?? -1) + 1) outOfOrder++;
  lastOfRun.set(run_key, metadata.number);
  if (received === count)
    process.send?.({ timed: count - warmUp, outOfOrder, elapsedMs: performance.now() - warmAtMs });
}
