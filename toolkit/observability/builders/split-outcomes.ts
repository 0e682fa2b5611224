import type { JsonObject, JsonValue } from "../../json.ts";
import { maxBodyBytes, maxOutcomes } from "../limits.ts";
import { jsonBytes } from "./fit.ts";

export function outcomesOf(body: JsonObject): readonly JsonValue[] {
  const outcomes = body["test_outcomes"];
  return Array.isArray(outcomes) ? outcomes : [];
}

/** The body once for every part of its outcomes, each part as large as the server's limits of items and bytes allow. */
export function splitOutcomes(body: JsonObject): readonly JsonObject[] {
  const outcomes = outcomesOf(body);
  const frameBytes = jsonBytes({ ...body, test_outcomes: [] });
  // Large metadata will be cut where the whole is too large; it must not leave the outcomes without room.
  const room = Math.max(maxBodyBytes - frameBytes, maxBodyBytes / 2);
  return splitBySize(outcomes, room).map((part) => ({ ...body, test_outcomes: part }));
}

function splitBySize(outcomes: readonly JsonValue[], maxBytes: number): readonly (readonly JsonValue[])[] {
  const parts: JsonValue[][] = [];
  let bytes = Number.POSITIVE_INFINITY; // the first outcome opens the first part
  for (const outcome of outcomes) {
    const size = jsonBytes(outcome) + 1; // and a comma
    const last = parts.at(-1);
    if (last !== undefined && last.length < maxOutcomes && bytes + size <= maxBytes) {
      last.push(outcome);
      bytes += size;
    } else {
      parts.push([outcome]);
      bytes = size;
    }
  }
  return parts;
}
