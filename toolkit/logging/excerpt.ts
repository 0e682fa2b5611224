import type { Redactor } from "./redactor.ts";

/** The beginning of a text with its secrets masked: masked first, since half a secret would not be found. */
export function excerpt(redactor: Redactor, text: string, maxLength: number): string {
  const redacted = redactor.redact(text);
  return redacted.length <= maxLength ? redacted : `${redacted.slice(0, maxLength - 1)}…`;
}
