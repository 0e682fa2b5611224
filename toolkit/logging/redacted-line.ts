import type { Redactor } from "./redactor.ts";

/**
 * One line of JSON log with every secret masked. In the finished line a mask can stand where JSON has none: in place of a
 * bare number, or of the second half of an escape (`\n` and what follows it may read as a secret that begins with n). Such
 * a line is redacted value by value instead, so that what reads the logs always gets JSON.
 */
export function redactLine(redactor: Redactor, line: string): string {
  const redacted = redactor.redact(line);
  if (redacted === line || isJson(redacted)) return redacted;
  return `${JSON.stringify(redactValue(redactor, JSON.parse(line)))}\n`;
}

function redactValue(redactor: Redactor, value: unknown): unknown {
  if (typeof value === "string") return redactor.redact(value);
  if (typeof value === "number") return redactNumber(redactor, value);
  if (Array.isArray(value)) return value.map((each) => redactValue(redactor, each));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, each]) => [redactor.redact(key), redactValue(redactor, each)]));
}

function redactNumber(redactor: Redactor, value: number): number | string {
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
