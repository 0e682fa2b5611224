import { z } from "zod";
import { type AnySchema, partsOf, unwrap } from "./unwrap.ts";

const TRUE_WORDS = new Set(["true", "1", "yes", "on", "t", "y"]);
const FALSE_WORDS = new Set(["false", "0", "no", "off", "f", "n"]);
// Keep the point and its digits in one group: without it, many digits before a letter take quadratic time.
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITY = /^([+-]?)inf(?:inity)?$/i;

/**
 * Text where the schema wants a number or a boolean becomes one, at any depth: environment variables are always text, and
 * files often hold `"5"`. Text that is neither stays text, for the schema to refuse. A number never becomes text. Of a
 * union it becomes what the first option takes; what is no text stays as it is where any option takes that.
 */
export function coerce(schema: AnySchema, value: unknown): unknown {
  const core = unwrap(schema);
  if (core instanceof z.ZodUnion) return coerceToOption(core, value);
  if (core instanceof z.ZodNumber) return typeof value === "string" ? toNumber(value) : value;
  if (core instanceof z.ZodBoolean) return toBoolean(value);
  if (core instanceof z.ZodTuple && Array.isArray(value)) {
    return value.map((item, index) => coerceIf(core.def.items[index] ?? core.def.rest ?? undefined, item));
  }
  if (Array.isArray(value)) return value.map((item) => coerceIf(elementOf(core), item));
  if (isTable(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, coerceIf(entryOf(core, key), item)]));
  }
  return value;
}

/** When an environment variable holds JSON text: for lists and tables; for a union, that depends on the text. */
export function takesJson(schema: AnySchema): "always" | "sometimes" | "never" {
  const core = unwrap(schema);
  if (core instanceof z.ZodUnion) {
    const answers = new Set(partsOf(core).map(takesJson));
    return (answers.size === 1 ? [...answers][0] : undefined) ?? "sometimes";
  }
  const isList = core instanceof z.ZodObject || core instanceof z.ZodTuple || elementOf(core) !== undefined;
  return isList ? "always" : "never";
}

export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function coerceToOption(union: z.ZodUnion, value: unknown): unknown {
  if (typeof value !== "string" && union.safeParse(value).success) return value;
  for (const option of union.options) {
    const coerced = coerce(option, value);
    if (z.safeParse(option, coerced).success) return coerced;
  }
  return value;
}

function coerceIf(schema: AnySchema | undefined, value: unknown): unknown {
  return schema === undefined ? value : coerce(schema, value);
}

function elementOf(core: AnySchema): AnySchema | undefined {
  return core instanceof z.ZodArray || core instanceof z.ZodRecord ? partsOf(core)[0] : undefined;
}

function entryOf(core: AnySchema, key: string): AnySchema | undefined {
  return core instanceof z.ZodObject ? core.shape[key] : elementOf(core);
}

function toNumber(text: string): number | string {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return Number(trimmed);
  const infinite = INFINITY.exec(trimmed);
  return infinite === null ? text : infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function toBoolean(value: unknown): unknown {
  if (typeof value !== "string" && typeof value !== "number") return value;
  const word = String(value).trim().toLowerCase();
  if (TRUE_WORDS.has(word)) return true;
  return FALSE_WORDS.has(word) ? false : value;
}
