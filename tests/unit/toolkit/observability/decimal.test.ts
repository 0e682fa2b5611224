import { expect, test } from "vitest";
import { readDecimal } from "../../../../toolkit/observability/decimal.ts";

test.each([
  [10412, "10412"],
  [0.25, "0.25"],
  [-1.5, "-1.5"],
  [1e21, "1000000000000000000000"],
  [1.5e-7, "0.00000015"],
  [0, "0"],
  [620_000_000_000_000_000_123n, "620000000000000000123"],
  ["1e3", "1000"],
  [" 007.10 ", "7.10"],
  [".5", "0.5"],
  ["5.", "5"],
  ["+5", "5"],
  ["-0", "-0"],
  ["0.250", "0.250"],
  ["1.50e1", "15.0"],
  ["1.5E+3", "1500"],
  ["12e-3", "0.012"],
  ["120e-1", "12.0"],
  ["0e3", "0"],
  ["-.5e-2", "-0.005"],
  ["1e400", `1${"0".repeat(400)}`],
])("%s reads as %s", (value, text) => {
  expect(readDecimal(value)).toEqual({ text });
});

test.each([
  [" ", "x"],
  ["1", "x"],
  [" 1", "x"],
  ["1 ", "x"],
  ["nan ", "x"],
])("a long text of %j does not take long", { timeout: 5_000 }, (part, end) => {
  expect(readDecimal(part.repeat(200_000) + end)).toEqual({ problem: "not a number" });
  expect(readDecimal(`-${part.repeat(200_000)}${end}`)).toEqual({ problem: "not a number" });
});

test.each([
  ["n/a", "not a number"],
  ["", "not a number"],
  [" ", "not a number"],
  [".", "not a number"],
  ["-", "not a number"],
  ["1,5", "not a number"],
  ["1.2.3", "not a number"],
  ["1e", "not a number"],
  ["e3", "not a number"],
  ["0x10", "not a number"],
  ["1 2", "not a number"],
  [true, "not a number"],
  [false, "not a number"],
  [[1], "not a number"],
  [{}, "not a number"],
  ["NaN", "special"],
  ["-nan", "special"],
  ["sNaN12", "special"],
  ["Infinity", "special"],
  [" -INF ", "special"],
  [Number.NaN, "special"],
  [Number.POSITIVE_INFINITY, "special"],
  ["1e999999999", "special"],
])("%s is refused: %s", (value, problem) => {
  expect(readDecimal(value)).toEqual({ problem });
});
