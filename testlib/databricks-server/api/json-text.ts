import type { ReplyValue } from "../workspace/index.ts";

/** JSON with bigints as plain numbers, all digits of them. */
export function toJsonText(value: ReplyValue): string {
  if (typeof value === "bigint") return String(value);
  if (isList(value)) return `[${value.map(toJsonText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).flatMap(([field, each]) =>
    each === undefined ? [] : [`${JSON.stringify(field)}:${toJsonText(each)}`],
  );
  return `{${fields.join(",")}}`;
}

/** What `Array.isArray` says, for lists that nobody may change. */
export function isList(value: ReplyValue | undefined): value is readonly ReplyValue[] {
  return Array.isArray(value);
}
