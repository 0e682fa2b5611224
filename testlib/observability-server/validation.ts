import type { z } from "zod";
import type { JsonObject } from "../../toolkit/index.ts";
import { type EventType, eventSchemas, heartbeatSchema } from "../../toolkit/observability/index.ts";
import { toErrorStructure } from "./error-structure.ts";
import { toPythonLiteral } from "./python-literal.ts";

export type CheckedJson =
  | { readonly ok: true; readonly body: JsonObject }
  | { readonly ok: false; readonly error: string };

const schemas: { readonly [Kind in EventType | "heartbeat"]: z.ZodType<JsonObject> } = {
  ...eventSchemas,
  heartbeat: heartbeatSchema,
};

/**
 * Validates a parsed body as the real server does.
 * @returns the normalised body, with the server's defaults, or the error structure as the server prints it: the text that
 *   follows `Invalid request: ` for an event, the whole text for a heartbeat
 * @see observability-api.md, sections 4 to 7
 */
export function checkBody(kind: EventType | "heartbeat", body: unknown): CheckedJson {
  const parsed = schemas[kind].safeParse(body);
  return parsed.success
    ? { ok: true, body: parsed.data }
    : { ok: false, error: toPythonLiteral(toErrorStructure(parsed.error.issues)) };
}
