/** The server's own texts that several kinds share; a schema carries them as the messages of its issues. */
export const messages = {
  missing: "Missing data for required field.",
  isNull: "Field may not be null.",
  unknownField: "Unknown field.",
  notAnObject: "Invalid input type.",
  notAList: "Not a valid list.",
  notAText: "Not a valid string.",
  notANumber: "Not a valid number.",
  specialNumber: "Special numeric values (nan or infinity) are not permitted.",
  tooShort: "Shorter than minimum length 1.",
} as const;

/** The text for a value of the wrong type, which may also be absent or null; for zod's `error` option. */
export function wrongType(message: string) {
  return (issue: { readonly input?: unknown }): string => absent(issue.input) ?? message;
}

/** The text for a value that is not there, undefined when one is. */
export function absent(value: unknown): string | undefined {
  if (value === undefined) return messages.missing;
  return value === null ? messages.isNull : undefined;
}
