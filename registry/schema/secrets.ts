import { z } from "zod";
import { Secret } from "../../toolkit/index.ts";
import { type AnySchema, innerOf, partsOf } from "./unwrap.ts";

/** Is the value, or any part of it, a secret? See `secret()` in the toolkit for the mark. */
export function containsSecret(schema: AnySchema): boolean {
  if (z.globalRegistry.get(schema)?.["writeOnly"] === true) return true;
  const inner = innerOf(schema);
  return inner === undefined ? partsOf(schema).some(containsSecret) : containsSecret(inner);
}

/** All text in a value that holds a secret somewhere: rather too much than too little. */
export function textsIn(value: unknown): readonly string[] {
  if (value instanceof Secret) return [value.reveal()];
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
