import { createServer } from "node:http";
import { z } from "zod";

/** An HTTP server that answers 204 after some ms. Answers any message with what it has received and found wrong. */
const delayMs = Number(process.argv[2]);

const Event = z.object({ run_key: z.string(), status: z.string(), metadata: z.object({ number: z.int() }) });
const lastOfRun = new Map<string, number>();
const counts = { received: 0, wrong: 0 };

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    if (request.url?.includes("/events/")) take(Buffer.concat(chunks).toString());
    setTimeout(() => response.writeHead(204).end(), delayMs);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.({ address: server.address() }));
process.on("message", () => process.send?.(counts));

/** Missing ones, and those out of order or there twice, are wrong. */
function take(text: string): void {
  const { run_key, status, metadata } = Event.parse(JSON.parse(text));
  counts.received++;
  if (metadata.number !== (lastOfRun.get(run_key) ?? -1) + 1) counts.wrong++;
  if (status === "RUNNING") lastOfRun.set(run_key, metadata.number);
  else lastOfRun.delete(run_key);
}
