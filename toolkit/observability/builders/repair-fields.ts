import type { JsonObject, JsonValue } from "../../json.ts";
import { FieldProblem, shown } from "./field-problem.ts";
import type { Repair } from "./repairs.ts";

/** What is done to each field of one kind of object, what it cannot do without, and what it must not have. */
export interface Table {
  readonly repairs: ReadonlyMap<string, Repair>;
  readonly required: readonly string[];
  readonly forbidden: readonly string[];
}

/**
 * A new object with every field repaired. Null and undefined count as absent.
 * @param place what the fields are part of, for messages: `test_outcomes[3]`; empty for the event
 * @throws {FieldProblem}
 */
export function repairFields(fields: unknown, { repairs, required, forbidden }: Table, place = ""): JsonObject {
  if (typeof fields !== "object" || fields === null)
    throw new FieldProblem(place, `is ${shown(fields)}; it must be an object`);
  const inPlace = (field: string): string => (place === "" ? field : `${place}.${field}`);
  const body: { [field: string]: JsonValue } = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value === null || value === undefined) continue;
    const repair = repairs.get(field);
    if (repair === undefined) throw new FieldProblem(inPlace(field), "is not a field the server knows; use metadata");
    const repaired = repair(value, inPlace(field));
    if (repaired !== undefined) body[field] = repaired;
  }
  for (const field of required) {
    if (body[field] === undefined) throw new FieldProblem(inPlace(field), "is missing or empty");
  }
  for (const field of forbidden) {
    if (body[field] !== undefined) throw new FieldProblem(inPlace(field), "must not be set");
  }
  return body;
}
