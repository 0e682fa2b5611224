import type { Redactor } from "./redactor.ts";

/**
 * One line of JSON log with every secret masked. A secret that looks like a number may stand as a bare number, where the
 * mask is not JSON: such a line is redacted value by value instead, so that what reads the logs always gets JSON.
 */
export function redactLine(redactor: Redactor, line: string): string {
  const redacted = redactor.redact(line);
  if (redacted === line || isJson(redacted)) return redacted;
  const parsed: unknown = JSON.parse(line);
  return `${JSON.stringify(parsed, (_key, value: unknown) => redactNumber(redactor, value))}\n`.replace(
    /"(?:[^"\\]|\\.)*"/g,
    (text) => redactor.redact(text),
  );
}

function redactNumber(redactor: Redactor, value: unknown): unknown {
  if (typeof value !== "number") return value;
  const text = String(value);
  const redacted = redactor.redact(text);
  return redacted === text ? value : redacted;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
