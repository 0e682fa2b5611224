import type { IncomingMessage } from "node:http";

/**
 * Reads a request's body and hands it over, or undefined as soon as it has more than `maxBytes`; what is left of it is
 * then thrown away. Never calls `done` when the client goes away first.
 */
export function readBody(request: IncomingMessage, maxBytes: number, done: (body: Buffer | undefined) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    const counted = bytes;
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else if (counted <= maxBytes) done(undefined);
  });
  request.on("end", () => {
    const [first = Buffer.alloc(0)] = chunks;
    if (bytes <= maxBytes) done(chunks.length <= 1 ? first : Buffer.concat(chunks));
  });
}
