/** How a value reads as a decimal number: its plain text, or why it is none. */
export type DecimalReading = { readonly text: string } | { readonly problem: "not a number" | "special" };

const decimalText = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const specialWords = /^[+-]?(?:s?nan\d*|inf|infinity)$/i;
const maxExponent = 9_999; // keeps a short text from becoming gigabytes of zeros

/**
 * Reads a finite number, a bigint or a decimal text (`" 007.10 "`, `.5`, `1e3`) into decimal text without exponent.
 * Zeros at the end are kept: `7.10`, `.5` gives `0.5`, `1e3` gives `1000`.
 * @see observability-api.md, section 6, "decimal"
 */
export function readDecimal(value: unknown): DecimalReading {
  if (typeof value === "bigint") return { text: String(value) };
  if (typeof value === "number") return Number.isFinite(value) ? readText(String(value)) : { problem: "special" };
  return typeof value === "string" ? readText(value.trim()) : { problem: "not a number" };
}

function readText(text: string): DecimalReading {
  const match = decimalText.exec(text);
  const [, sign = "", whole = "", fraction = "", exponentText = "0"] = match ?? [];
  if (match === null || whole + fraction === "") {
    return { problem: specialWords.test(text) ? "special" : "not a number" };
  }
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > maxExponent) return { problem: "special" };
  return { text: (sign === "-" ? "-" : "") + placePoint(whole, fraction, exponent) };
}

/** The digits with the point moved `exponent` places to the right, and one digit at least before it. */
function placePoint(whole: string, fraction: string, exponent: number): string {
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const before = point > 0 ? digits.slice(0, point).padEnd(point, "0").replace(/^0+/, "") : "";
  const after = point < 0 ? "0".repeat(-point) + digits : digits.slice(point);
  return `${before || "0"}${after === "" ? "" : `.${after}`}`;
}
