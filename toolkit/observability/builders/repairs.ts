import { toError } from "../../errors.ts";
import type { JsonValue } from "../../json.ts";
import { maxBodyBytes, maxPathLength, maxTextLength } from "../limits.ts";
import { toTimestamp } from "../timestamp.ts";
import { isAcceptedUrl } from "../url.ts";
import { FieldProblem, shown } from "./field-problem.ts";
import { copyJsonObject } from "./json-copy.ts";
import { cleanTool, shorten, shortenKey } from "./texts.ts";

/**
 * Makes of a value, never null or undefined, one that the server takes; undefined leaves the field out.
 * @throws {FieldProblem} when it cannot
 */
export type Repair = (value: unknown, field: string) => JsonValue | undefined;

/** A lone half of a surrogate pair becomes U+FFFD: the server parses one, but cannot pass it on. */
function asText(value: unknown, field: string): string {
  if (typeof value !== "string") throw new FieldProblem(field, `is ${shown(value)}; it must be a text`);
  return value.toWellFormed();
}

/** Without the full stop: the sentence goes on. */
function reasonOf(thrown: unknown): string {
  return toError(thrown).message.replace(/\.$/, "");
}

/** Says which thing is meant, so it is not trimmed, and different keys stay different. */
export const key: Repair = (value, field) => shortenKey(asText(value, field)) || undefined;

export const name =
  (max: number = maxTextLength): Repair =>
  (value, field) =>
    shorten(asText(value, field).trim(), max) || undefined;

/** Says which test is meant: different ones stay different. */
export const testName: Repair = (value, field) => shortenKey(asText(value, field).trim()) || undefined;

export const path: Repair = (value, field) => shorten(asText(value, field), maxPathLength) || undefined;

/** A text that is sent as it is, but for its length when the whole event is too large. */
export const freeText: Repair = (value, field) => asText(value, field) || undefined;

export const tool: Repair = (value, field) => cleanTool(asText(value, field)) || undefined;

/** Left out when the server would refuse it, as it does `http://airflow:8080/`: a link is not worth the event. */
export const url: Repair = (value, field) => {
  const text = asText(value, field).trim();
  return isAcceptedUrl(text) ? text : undefined;
};

export const timestamp: Repair = (value, field) => {
  if (!(typeof value === "string" || typeof value === "number" || value instanceof Date)) {
    throw new FieldProblem(field, `is ${shown(value)}; it must be a Date, epoch milliseconds or a text`);
  }
  try {
    return toTimestamp(value);
  } catch (error) {
    throw new FieldProblem(field, `is wrong: ${reasonOf(error)}`, { cause: error });
  }
};

export const metadata: Repair = (value, field) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FieldProblem(field, `is ${shown(value)}; it must be an object`);
  }
  try {
    return copyJsonObject(value, maxBodyBytes);
  } catch (error) {
    // What a getter or a `toJSON` threw.
    throw new FieldProblem(field, `cannot be read: ${reasonOf(error)}`, { cause: error });
  }
};

export const list =
  (item: Repair): Repair =>
  (value, field) => {
    if (!Array.isArray(value)) throw new FieldProblem(field, `is ${shown(value)}; it must be a list`);
    const items = value.map((each: unknown, index) => item(each, `${field}[${index}]`));
    const kept = items.filter((each) => each !== undefined);
    return kept.length === 0 ? undefined : kept;
  };

/** One of the choices, in any letter case. */
export const choice =
  (choices: readonly string[]): Repair =>
  (value, field) => {
    const folded = asText(value, field).toUpperCase();
    if (choices.includes(folded)) return folded;
    throw new FieldProblem(field, `is ${shown(value)}; it must be one of ${choices.join(", ")}`);
  };
