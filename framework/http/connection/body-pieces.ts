import { Readable } from "node:stream";

/** What a kernel buffers at once. */
const PIECE_BYTES = 65_536;

type Headers = Readonly<Record<string, string>>;

/** A body as undici should get it: a large buffer would go as one, while a stream shows how it gets on. */
export function inPieces(
  body: Buffer | undefined,
  headers: Headers,
): { readonly body: Buffer | Readable | null; readonly headers: Headers } {
  if (body === undefined || !isLarge(body)) return { body: body ?? null, headers };
  return {
    body: Readable.from(pieces(body), { objectMode: false, highWaterMark: PIECE_BYTES }),
    headers: { ...headers, "content-length": String(body.length) }, // a stream does not know it, and many servers want it
  };
}

export function isLarge(body: Buffer | undefined): boolean {
  return body !== undefined && body.length > PIECE_BYTES;
}

function* pieces(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += PIECE_BYTES) yield body.subarray(at, at + PIECE_BYTES);
}
