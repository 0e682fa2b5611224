import type { JsonPath } from "../../toolkit/index.ts";
import type { Sources } from "./sources.ts";

/** Where the value of one setting comes from. A table may have entries from the file and from the environment. */
export interface Origin {
  /** Path in the file, when the file sets it: `["core", "log_level"]`. */
  readonly path?: JsonPath;
  /** Name of the environment variable, when one sets it. */
  readonly variable?: string;
}

/** `agent.toml:12:10` or the variable's name, for a value or for a part of it (`rest`). */
export function whereIs(sources: Sources, origin: Origin, rest: JsonPath = []): string {
  const { path, variable } = origin;
  if (path === undefined) return variable ?? "";
  const whole = [...path, ...rest];
  const exact = placeOf(sources, whole, "value");
  if (exact !== undefined) return exact;
  if (variable !== undefined) return variable;
  for (let length = whole.length - 1; length >= path.length; length--) {
    const around = placeOf(sources, whole.slice(0, length), "value");
    if (around !== undefined) return around;
  }
  return sources.file?.name ?? "";
}

/** `agent.toml:12:10`, of a key or of its value; undefined when the file has no such key. */
export function placeOf({ file }: Sources, path: JsonPath, part: "key" | "value"): string | undefined {
  const location = file?.locate(path)?.[part];
  return location && `${file?.name}:${location.line}:${location.column}`;
}
