import { expect, test } from "vitest";
import { type PythonValue, toPythonLiteral } from "../../../../testlib/observability-server/python-literal.ts";

test.each([
  ["plain text", "'plain text'"],
  ["it's", `"it's"`],
  ['say "a"', `'say "a"'`],
  [`it's "a"`, `'it\\'s "a"'`],
  ["back\\slash", "'back\\\\slash'"],
  ["a\nb\rc\td", "'a\\nb\\rc\\td'"],
  ["\u0000\u001f\u007f\u0085", "'\\x00\\x1f\\x7f\\x85'"],
  ["\u00a0\u00ad", "'\\xa0\\xad'"],
  ["\u200b\u2028\ufeff", "'\\u200b\\u2028\\ufeff'"],
  ["\ud800", "'\\ud800'"],
  ["\u{e0001}", "'\\U000e0001'"],
  ["é数😀", "'é数😀'"],
  ["", "''"],
])("prints the text %j as %s", (text, literal) => {
  expect(toPythonLiteral(text)).toBe(literal);
});

test("prints maps in their order, with list positions bare and names quoted", () => {
  const value: PythonValue = new Map<string | number, PythonValue>([
    ["b", ["one", "two"]],
    [1, new Map([["5", "bare"]])],
    ["a", [["nested"], []]],
  ]);
  expect(toPythonLiteral(value)).toBe("{'b': ['one', 'two'], 1: {'5': 'bare'}, 'a': [['nested'], []]}");
});
