import type { JsonArray, JsonObject, JsonValue } from "../../json.ts";
import { maxBodyBytes } from "../limits.ts";
import { FieldProblem } from "./field-problem.ts";
import { copyJsonObject } from "./json-copy.ts";
import { shorten } from "./texts.ts";

/** Bytes of the body as it is posted, UTF-8. */
export function jsonBytes(body: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(body));
}

function fits(body: JsonObject): boolean {
  return jsonBytesAtMost(body) <= maxBodyBytes || jsonBytes(body) <= maxBodyBytes;
}

/** One that is escaped: `\u0000`. */
const longestCharacter = 6;
/** `-1.7976931348623157e+308,` */
const longestNumber = 25;

/** No less than `jsonBytes`, for a fraction of the time: most events are far smaller than the limit. */
function jsonBytesAtMost(value: JsonValue | undefined): number {
  if (typeof value === "string") return value.length * longestCharacter + '"",'.length;
  if (typeof value !== "object" || value === null) return longestNumber;
  let bytes = "{},".length;
  if (isList(value)) for (const item of value) bytes += jsonBytesAtMost(item);
  else for (const key of Object.keys(value)) bytes += jsonBytesAtMost(key) + ":".length + jsonBytesAtMost(value[key]);
  return bytes;
}

function isList(value: JsonArray | JsonObject): value is JsonArray {
  return Array.isArray(value);
}

const largestLength = maxBodyBytes;
const smallestLength = 32;

/**
 * The body itself when the server takes its size. A larger one is cut, all its metadata and long texts to the same length,
 * as little as is needed, and says `truncated: true` in its metadata.
 * @throws {FieldProblem} when cutting is not enough
 */
export function fitBody(body: JsonObject): JsonObject {
  if (fits(body)) return body;
  for (let length = largestLength; length >= smallestLength; length = Math.trunc(length * 0.8)) {
    const smaller = cutFields(body, length);
    const marked = { ...smaller, metadata: { ...asObject(smaller["metadata"]), truncated: true } };
    if (fits(marked)) return marked;
  }
  throw new FieldProblem(
    largestField(body),
    `makes it larger than ${maxBodyBytes} bytes, even with metadata and long texts cut; send less in one event`,
  );
}

const longTexts = new Set(["message", "message_details", "description", "metric_description", "result", "path"]);

function cutFields(body: JsonObject, length: number): JsonObject {
  const smaller: { [field: string]: JsonValue } = {};
  for (const [field, value] of Object.entries(body)) {
    const cut = cutField(field, value, length);
    if (cut !== undefined) smaller[field] = cut;
  }
  return smaller;
}

function cutField(field: string, value: JsonValue, length: number): JsonValue | undefined {
  if (field === "metadata") return copyJsonObject(asObject(value), length);
  if (field === "test_outcomes" && Array.isArray(value)) return value.map((each) => cutFields(asObject(each), length));
  if (typeof value !== "string") return value;
  if (field === "external_url" && value.length > length) return undefined; // a cut link leads astray
  return longTexts.has(field) ? shorten(value, length) : value;
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function largestField(body: JsonObject): string {
  const sizes = Object.entries(body).map(([field, value]) => ({ field, bytes: jsonBytes(value) }));
  return sizes.toSorted((one, other) => other.bytes - one.bytes)[0]?.field ?? "body";
}
