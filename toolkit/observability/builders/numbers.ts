import { readDecimal } from "../decimal.ts";
import { maxStoredIntegerDigits } from "../limits.ts";
import { FieldProblem, shown } from "./field-problem.ts";

/** The bigint as a number when a double holds it exactly, else as decimal text. */
export function toSafeNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** A number as it is; a text or bigint without exponent, sign of plus and spaces. */
export function decimal(value: unknown, field: string): number | string {
  const reading = readDecimal(value);
  if (!("text" in reading)) throw new FieldProblem(field, `is ${shown(value)}; it must be a finite decimal number`);
  if (typeof value === "bigint") return toSafeNumber(value);
  return typeof value === "number" ? value : reading.text;
}

/** As `decimal`; left out when it is `NaN`, infinite or larger than the server can store. */
export function storedDecimal(value: unknown, field: string): number | string | undefined {
  const reading = readDecimal(value);
  if ("problem" in reading && reading.problem === "special") return undefined;
  const number = decimal(value, field);
  return Math.abs(Number(number)) < 10 ** maxStoredIntegerDigits ? number : undefined;
}
