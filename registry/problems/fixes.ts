import type { Field } from "../configuration.ts";
import { describeField } from "../schema/field-description.ts";
import { type Notation, shownValue } from "../schema/shown-value.ts";
import { FILE_NAME } from "../sources/sources.ts";

/** Names both places where a setting can be made. */
export function fixForMissing(section: string, field: Field): string {
  const { description } = describeField(field);
  const set = `Set ${field.key} under [${section}] in ${FILE_NAME}, or ${field.envName} in the environment`;
  return description === "" ? `${set}.` : `${set}: ${description}`;
}

export function fixForValue(field: Field, notation: Notation): string {
  const { fallback, example } = describeField(field);
  const write = example === undefined ? "Correct it" : `Write for example ${shownValue(example, notation)}`;
  if (fallback === undefined) return `${write}.`;
  const drop = notation === "json" ? "unset the variable" : "delete the line";
  return `${write}, or ${drop} to use ${shownValue(fallback, notation)}.`;
}
