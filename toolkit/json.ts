import { AgentError } from "./errors.ts";
import { findJsonError } from "./json-error.ts";

/** Any JSON value. Integers that a double cannot hold exactly are bigints (see `parseJson`). */
export type JsonValue = null | boolean | number | bigint | string | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
export type JsonObject = { readonly [key: string]: JsonValue };

/** No integer of fewer digits is beyond `Number.MAX_SAFE_INTEGER`. */
const LARGE_INTEGER_DIGITS = 16;

/**
 * Parses JSON without losing digits: an integer beyond ±(2^53 - 1), such as a 64-bit id, becomes a bigint. As fast as
 * `JSON.parse` for texts that hold no run of 16 digits.
 * @throws {AgentError} `E_JSON`, which names line and column, and no more of the text than one character
 */
export function parseJson(text: string): JsonValue {
  try {
    return hasLongDigitRun(text) ? JSON.parse(text, keepLargeInteger) : JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Keep the engine's error out of `cause`: it quotes the text, which may hold a secret.
    throw new AgentError("E_JSON", findJsonError(text));
  }
}

/** Looks at every 16th character only: a run of 16 digits cannot pass between two of them. */
function hasLongDigitRun(text: string): boolean {
  for (let at = LARGE_INTEGER_DIGITS - 1; at < text.length; at += LARGE_INTEGER_DIGITS) {
    if (!isDigit(text, at)) continue;
    let start = at;
    while (isDigit(text, start - 1)) start--;
    let end = at + 1;
    while (isDigit(text, end)) end++;
    if (end - start >= LARGE_INTEGER_DIGITS) return true;
  }
  return false;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at); // NaN outside the text
  return code >= 48 && code <= 57;
}

/** `rest` is the reviver's third argument, which the type library does not know yet: `{ source }` for a number. */
function keepLargeInteger(_key: string, value: unknown, ...rest: readonly unknown[]): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = sourceOf(rest[0]);
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

function sourceOf(context: unknown): string | undefined {
  if (typeof context !== "object" || context === null || !("source" in context)) return undefined;
  return typeof context.source === "string" ? context.source : undefined;
}
