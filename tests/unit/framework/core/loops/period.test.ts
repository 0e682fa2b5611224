import { describe, expect, test } from "vitest";
import { checkPeriod } from "../../../../../framework/core/loops/period.ts";

describe("the period of a loop", () => {
  test.each([0.001, 1, 86_400_000])("may be %d ms", (periodMs) => {
    expect(() => checkPeriod("acme.poll", periodMs)).not.toThrow();
  });

  test.each([
    [0, "0 s"],
    [-5_000, "-5 s"],
    [Number.POSITIVE_INFINITY, "Infinity s"],
    [Number.NaN, "NaN s"],
  ])("cannot be %d ms, and the error says so in seconds, as the setting does", (periodMs, seconds) => {
    expect(() => checkPeriod("acme.poll", periodMs)).toThrow(
      expect.objectContaining({
        code: "E_PERIOD",
        message: `The period of acme.poll is ${seconds}; it must be more than 0 and finite.`,
      }),
    );
  });
});
