import { crc32 } from "node:zlib";
import { type EventType, eventTypes } from "../../../../toolkit/observability/index.ts";
import type { Columns, Value } from "../connection.ts";
import { fromColumn, toColumn } from "../text.ts";
import type { StoredEvent } from "../types.ts";
import { isNumber, isText } from "./column-types.ts";

/** Spreads an integer over 32 bits, so that numbers that differ in one bit do not cancel each other out below. */
const SPREAD = 0x9e3779b1;

/** A number for a lane, which other lanes may have too: FNV-1a, which for a short text is faster than a call of crc32. */
export function laneCode(lane: string): number {
  let code = 0x811c9dc5;
  for (let i = 0; i < lane.length; i++) code = Math.imul(code ^ lane.charCodeAt(i), 0x01000193);
  return code >>> 0;
}

export function eventColumns(event: StoredEvent): Value[] {
  const { id, type, lane, body, dedupeKey, queuedAt } = event;
  const code = laneCode(lane);
  const key = dedupeKey === undefined ? null : toColumn(dedupeKey);
  return [id, type, toColumn(lane), code, queuedAt, key, eventChecksum(event, code), body];
}

/**
 * Of what makes up an event, its id included. Not of its type, which is one of a few words, and not of its key, which only
 * the ledger needs. It is computed twice for each event, so it is kept cheap.
 */
function eventChecksum({ id, body, queuedAt }: StoredEvent, code: number): number {
  return crc32(body, (Math.imul(id, SPREAD) ^ Math.imul(queuedAt % 2 ** 32, SPREAD + 2) ^ code) >>> 0);
}

/** @returns `undefined` when the row is not what was written */
export function eventFrom(columns: Columns): StoredEvent | undefined {
  if (columns.length !== 8) return undefined;
  const [id, type, laneColumn, code, queuedAt, key, crc, body] = columns;
  if (!isNumber(id) || !isEventType(type) || !isText(laneColumn) || !isNumber(queuedAt) || !isText(body))
    return undefined;
  const lane = fromColumn(laneColumn);
  const dedupeKey = isText(key) ? fromColumn(key) : undefined;
  const event: StoredEvent = { id, type, lane, body, dedupeKey, queuedAt, attempts: 0 };
  return code === laneCode(lane) && eventChecksum(event, code) === crc ? event : undefined;
}

export function isEventType(value: unknown): value is EventType {
  return eventTypes.some((type) => type === value);
}
