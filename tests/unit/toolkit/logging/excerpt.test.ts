import { expect, test } from "vitest";
import { excerpt, Redactor } from "../../../../toolkit/index.ts";

const redactor = new Redactor();
redactor.add("correct-horse");

test.each([
  ["short", "short"],
  ["of ten c's", "of ten c's"],
  ["of more than ten", "of more t…"],
  ["a correct-horse", "a *******…"],
  ["12345678 correct-horse", "12345678 …"],
  ["correct-horse", "**********"],
])("of %j, 10 characters are %j: no part of a secret is left", (text, shown) => {
  expect(excerpt(redactor, text, 10)).toBe(shown);
});
