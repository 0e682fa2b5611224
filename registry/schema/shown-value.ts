import { MASK, tomlText } from "../../toolkit/index.ts";

const MAX_LENGTH = 80;

/** How values are written where they come from: TOML in the file, JSON in the environment. */
export type Notation = "toml" | "json";

/** A value as a report shows it: at most 80 characters, without credentials inside URLs. */
export function shownValue(value: unknown, notation: Notation): string {
  const isList = typeof value === "object" && value !== null;
  const text = isList && notation === "json" ? jsonText(value) : tomlText(value);
  const masked = text.replace(/:\/\/[^\s"']*/g, withoutUserInfo);
  return masked.length > MAX_LENGTH ? `${masked.slice(0, MAX_LENGTH - 1)}…` : masked;
}

/** Keep this out of the pattern: to look for an `@` behind each `://` takes quadratic time. */
function withoutUserInfo(url: string): string {
  const at = url.lastIndexOf("@");
  return at === -1 ? url : `://${MASK}${url.slice(at)}`;
}

function jsonText(value: object): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? String(part) : part));
}
