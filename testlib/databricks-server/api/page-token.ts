import { invalidParameter } from "./api-error.ts";

/** Where a page begins: after this place in the list, towards its end or its beginning. */
export interface Cursor {
  readonly direction: "next" | "previous";
  /** Start of a run, creation of a job, or a position: what the list is sorted by. */
  readonly place: number;
  readonly id: bigint;
}

/**
 * Tokens like the real ones: a protocol buffer in base64 for URLs, padding included, so that clients have to encode them.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function toPageToken({ direction, place, id }: Cursor): string {
  const bytes = [
    [fields.direction << 3],
    toVarint(direction === "next" ? 1n : 0n),
    [fields.place << 3],
    toVarint(BigInt(place)),
    [fields.id << 3],
    toVarint(id),
  ].flat();
  return pad(Buffer.from(bytes).toString("base64url"));
}

/** @throws {ApiError} 400 */
export function fromPageToken(token: string): Cursor {
  const bytes = [...Buffer.from(token, "base64url")];
  const values = new Map<number, bigint>();
  while (bytes.length > 0) {
    const tag = bytes.shift() ?? 0;
    values.set(tag >> 3, takeVarint(bytes));
  }
  const [direction, place, id] = [fields.direction, fields.place, fields.id].map((field) => values.get(field));
  if (direction === undefined || place === undefined || id === undefined || values.size !== 3)
    throw invalidParameter(`Invalid page token: ${token}`);
  return { direction: direction === 1n ? "next" : "previous", place: Number(place), id };
}

const fields = { direction: 1, place: 2, id: 4 } as const;

function toVarint(value: bigint): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

function takeVarint(bytes: number[]): bigint {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes.shift() ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}

function pad(text: string): string {
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}
