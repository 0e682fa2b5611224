import type { JsonObject } from "../../../toolkit/json.ts";
import type { AcceptedEvent } from "../received.ts";

export type ComponentType = "pipeline" | "dataset" | "server" | "stream";
const componentTypes: readonly ComponentType[] = ["pipeline", "dataset", "server", "stream"];

/** A field's text, or undefined when it is absent or no text. */
export function textOf(body: JsonObject, field: string): string | undefined {
  const value = body[field];
  return typeof value === "string" ? value : undefined;
}

/** The one component an accepted event is about. */
export function componentOf(body: JsonObject): { readonly type: ComponentType; readonly key: string } | undefined {
  for (const type of componentTypes) {
    const key = textOf(body, `${type}_key`);
    if (key !== undefined) return { type, key };
  }
  return undefined;
}

/** When it happened, in epoch microseconds: the event's own time, else that of its receipt. */
export function eventTimeUs({ body, receivedAt }: AcceptedEvent): number {
  const given = textOf(body, "event_timestamp");
  return given === undefined ? receivedAt * 1_000 : parseTimeUs(given);
}

/**
 * Epoch microseconds of an ISO 8601 time with up to 6 digits of fraction (`Date.parse` stops at 3).
 * Exact for the years 1685 to 2254, where microseconds fit a double.
 */
export function parseTimeUs(text: string): number {
  const beyondMs = /\.\d{3}(\d{1,3})/.exec(text)?.[1] ?? "";
  return Date.parse(text) * 1_000 + Number(beyondMs.padEnd(3, "0"));
}
