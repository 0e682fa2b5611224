import { expect, test } from "vitest";
import { logLevel, networkPort, nonNegativeSeconds, positiveSeconds } from "../../../../toolkit/index.ts";

const accepts = (schema: ReturnType<typeof positiveSeconds>, values: readonly unknown[]) =>
  values.map((value) => schema.safeParse(value).success);

test("positive seconds are finite and more than 0", () => {
  expect(accepts(positiveSeconds(), [0.001, 1, 86_400])).toEqual([true, true, true]);
  expect(accepts(positiveSeconds(), [0, -1, Number.POSITIVE_INFINITY, Number.NaN, "1"])).toEqual(Array(5).fill(false));
});

test("non-negative seconds are finite and may be 0", () => {
  expect(accepts(nonNegativeSeconds(), [0, 0.5, 60])).toEqual([true, true, true]);
  expect(accepts(nonNegativeSeconds(), [-0.1, Number.POSITIVE_INFINITY, Number.NaN])).toEqual(Array(3).fill(false));
});

test("a network port is a whole number from 1 to 65535", () => {
  expect(accepts(networkPort(), [1, 8080, 65_535])).toEqual([true, true, true]);
  expect(accepts(networkPort(), [0, 65_536, 80.5, -1, "80"])).toEqual(Array(5).fill(false));
});

test("a log level is one of four words in lower case", () => {
  expect(["debug", "info", "warning", "error"].map((level) => logLevel().parse(level))).toHaveLength(4);
  for (const level of ["INFO", "warn", " info", "loud", ""]) expect(logLevel().safeParse(level).success).toBe(false);
});
