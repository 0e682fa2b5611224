import { expect, test } from "vitest";
import { cutToCodePoints, fitsCodePoints } from "../../../../toolkit/observability/code-points.ts";

test.each([
  ["", 0, true],
  ["abc", 3, true],
  ["abcd", 3, false],
  ["😀😀😀", 3, true],
  ["😀😀😀😀", 3, false],
  ["a😀b", 3, true],
  ["a😀bc", 3, false],
  ["\ud800\ud800\ud800", 3, true],
])("%j fits %i code points: %s", (text, max, fits) => {
  expect(fitsCodePoints(text, max)).toBe(fits);
});

test.each([
  ["abc", 2, "ab"],
  ["abc", 5, "abc"],
  ["😀😀😀", 2, "😀😀"],
  ["a😀", 1, "a"],
  ["abc", 0, ""],
])("%j is cut to %i code points: %j", (text, max, cut) => {
  expect(cutToCodePoints(text, max)).toBe(cut);
});
