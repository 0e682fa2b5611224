import { z } from "zod";
import { kind, nonEmptyText, readDecimalKind } from "./kinds.ts";
import { absent, messages } from "./messages.ts";

/** The number 1; `true` passes too. */
export const version = () =>
  kind<1>((value) => (value === 1 || value === true ? { value: 1 } : { refused: "Must be one of: 1." }));

export const uuid = () =>
  kind<string>((value) => {
    const text = typeof value === "string" ? value : "";
    const digits = text
      .replaceAll("urn:", "")
      .replaceAll("uuid:", "")
      // Keep the look-behind: without it, many braces inside take quadratic time.
      .replace(/^[{}]+|(?<![{}])[{}]+$/g, "")
      .replaceAll("-", "");
    if (!/^[0-9a-f]{32}$/i.test(digits)) return { refused: "Not a valid UUID." };
    return { value: digits.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-") };
  });

const trueValues = new Set<unknown>([true, 1, "1", ...["t", "T", "y", "Y"], ...inCases("yes", "on", "true")]);
const falseValues = new Set<unknown>([false, 0, "0", ...["f", "F", "n", "N"], ...inCases("no", "off", "false")]);

function inCases(...words: readonly string[]): readonly string[] {
  return words.flatMap((word) => [word, `${word.charAt(0).toUpperCase()}${word.slice(1)}`, word.toUpperCase()]);
}

export const boolean = () =>
  kind<boolean>((value) =>
    trueValues.has(value) || falseValues.has(value)
      ? { value: trueValues.has(value) }
      : { refused: "Not a valid boolean." },
  );

export const integer = () =>
  kind<number>((value) => {
    const isNumber = typeof value === "number" || typeof value === "bigint";
    if (!isNumber && !(typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value))) {
      return { refused: "Not a valid integer." };
    }
    const number = Math.trunc(Number(value));
    return Number.isFinite(number) ? { value: number } : { refused: "Number too large." };
  });

/** A decimal or, failing that, any non-empty text; a refusal lists the texts of both attempts. */
export const parameterValue = () =>
  z.unknown().transform((value, context): string => {
    const missing = absent(value);
    const number = readDecimalKind(value);
    if (missing === undefined && "value" in number) return number.value;
    const attempt = nonEmptyText().safeParse(value);
    if (attempt.success) return attempt.data;
    const attempts = ["refused" in number ? [number.refused] : [], attempt.error.issues.map(({ message }) => message)];
    const detail = missing === undefined ? { params: { error: attempts } } : {};
    context.issues.push({ code: "custom", message: missing ?? messages.notAText, input: value, ...detail });
    return z.NEVER;
  });
