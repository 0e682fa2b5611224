import type { JsonObject, JsonValue } from "../../json.ts";
import { toSafeNumber } from "./numbers.ts";
import { shorten } from "./texts.ts";

const maxDepth = 32; // the server's JSON parser gives up on deep nesting, and a cycle must end somewhere

/** How much more may be copied, in characters of JSON at least; `cut` when something was left out for lack of it. */
interface Room {
  left: number;
  cut: boolean;
}

/**
 * A copy that is plain JSON and does not change with its source: dates become texts, `NaN` and infinities null, bigints
 * numbers when exact and decimal texts when not; what JSON cannot show is left out.
 * @param maxLength what goes beyond so many characters of JSON is left out or cut, and `truncated: true` added
 */
export function copyJsonObject(source: object, maxLength: number): JsonObject {
  const room = { left: maxLength, cut: false };
  const copy = copyObject(source, room, 1);
  return room.cut ? { ...copy, truncated: true } : copy;
}

function copyObject(source: object, room: Room, depth: number): JsonObject {
  room.left -= 2;
  const copy: { [key: string]: JsonValue } = {};
  for (const [key, value] of Object.entries(source)) {
    const length = key.length + 3;
    if (!hasRoom(room, length)) break;
    if (key === "__proto__") continue; // assigning it would change the copy's prototype
    room.left -= length;
    const copied = copyValue(value, room, depth);
    if (copied === undefined) room.left += length;
    else copy[key.toWellFormed()] = copied;
  }
  return copy;
}

function copyArray(source: readonly unknown[], room: Room, depth: number): JsonValue {
  room.left -= 2;
  const copy: JsonValue[] = [];
  for (const value of source) {
    if (!hasRoom(room, 1)) break;
    copy.push(copyValue(value, room, depth) ?? null);
  }
  return copy;
}

/** Undefined when JSON cannot show it. */
function copyValue(value: unknown, room: Room, depth: number): JsonValue | undefined {
  switch (typeof value) {
    case "string":
      return copyText(value, room);
    case "number":
      room.left -= 1;
      return Number.isFinite(value) ? value : null;
    case "bigint":
      room.left -= 1;
      return toSafeNumber(value);
    case "boolean":
      room.left -= 4;
      return value;
    case "object":
      return value === null ? copyNull(room) : copyNested(value, room, depth);
    default:
      return undefined;
  }
}

function copyNull(room: Room): null {
  room.left -= 4;
  return null;
}

function copyNested(value: object, room: Room, depth: number): JsonValue | undefined {
  if (depth === maxDepth) {
    room.cut = true;
    return undefined;
  }
  if (Array.isArray(value)) return copyArray(value, room, depth + 1);
  // As JSON.stringify does: so a date becomes a text, and a secret stays hidden.
  if ("toJSON" in value && typeof value.toJSON === "function") return copyValue(value.toJSON(), room, depth + 1);
  return copyObject(value, room, depth + 1);
}

function copyText(source: string, room: Room): string {
  const text = source.toWellFormed();
  const copied = hasRoom(room, text.length + 2) ? text : shorten(text, Math.max(1, room.left - 2));
  room.left -= copied.length + 2;
  return copied;
}

function hasRoom(room: Room, length: number): boolean {
  if (room.left < length) room.cut = true;
  return room.left >= length;
}
