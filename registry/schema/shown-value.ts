import { MASK, tomlText } from "../../toolkit/index.ts";

const MAX_LENGTH = 80;

/** How values are written where they come from: TOML in the file, JSON in the environment. */
export type Notation = "toml" | "json";

/** A value as a report shows it: at most 80 characters, without credentials inside URLs. */
export function shownValue(value: unknown, notation: Notation): string {
  const isList = typeof value === "object" && value !== null;
  const text = isList && notation === "json" ? jsonText(value) : tomlText(value);
  const masked = text.replace(/:\/\/[^\s"']*@/g, `://${MASK}@`);
  return masked.length > MAX_LENGTH ? `${masked.slice(0, MAX_LENGTH - 1)}…` : masked;
}

function jsonText(value: object): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? String(part) : part));
}
