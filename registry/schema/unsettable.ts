import { type AnySchema, partsOf, unwrap } from "./unwrap.ts";

/** What TOML and JSON text have no values of; a date is text in both. */
const UNSETTABLE = new Set(["bigint", "date", "file", "function", "map", "promise", "set", "symbol"]);

/** The type of the first part of a setting that no source can give. */
export function unsettableType(schema: AnySchema): string | undefined {
  const core = unwrap(schema);
  const { type } = core._zod.def;
  if (UNSETTABLE.has(type)) return type;
  return partsOf(core)
    .map(unsettableType)
    .find((part) => part !== undefined);
}
