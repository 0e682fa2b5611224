import { z } from "zod";
import { AgentError, toError } from "../../toolkit/errors.ts";

/** Where a value is to be kept. */
export interface StatePlace {
  readonly state: string;
  readonly key: string;
}

/**
 * The JSON text of a value, from which the schema makes it again.
 * @throws {AgentError} `E_STATE_VALUE` when it does not: then it would be lost, or another one with each restart
 */
export function toStateText(schema: z.ZodType, value: unknown, place: StatePlace): string {
  const text = toJson(value, place);
  const kept = schema.safeParse(JSON.parse(text));
  if (!kept.success)
    throw notKept(place, `read back, it does not fit the schema (${inOneLine(kept.error)}).`, kept.error);
  const again = toJson(kept.data, place);
  if (again !== text && !isStable(schema, again)) throw notKept(place, "it changes each time it is read back.");
  return text;
}

/** Keys put in order, text trimmed: that is done once. What changes a second time goes on changing. */
function isStable(schema: z.ZodType, text: string): boolean {
  const { success, data } = schema.safeParse(JSON.parse(text));
  return success && JSON.stringify(data) === text;
}

function toJson(value: unknown, place: StatePlace): string {
  try {
    const text: string | undefined = JSON.stringify(value);
    if (text !== undefined) return text;
  } catch (thrown) {
    throw notKept(place, `JSON has no form for it (${toError(thrown).message}).`, thrown);
  }
  throw notKept(place, "JSON has no form for it.");
}

function inOneLine(error: z.ZodError): string {
  return z.prettifyError(error).replace(/\s+/g, " ");
}

function notKept({ state, key }: StatePlace, why: string, cause?: unknown): AgentError {
  const fix = "Give the state a schema of what JSON has, such as epoch ms for a date, and no one-way transforms.";
  const message = `The state "${state}" cannot keep the value of "${key}": ${why} ${fix}`;
  return new AgentError("E_STATE_VALUE", message, { cause });
}
