import { expect, test } from "vitest";
import { AgentError, parseJson } from "../../../../toolkit/index.ts";

function errorOf(text: string): AgentError {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof AgentError) return error;
    throw error;
  }
  throw new Error("Nothing was thrown.");
}

test.each<[text: string, value: unknown]>([
  ["9007199254740991", 9007199254740991],
  ["-9007199254740991", -9007199254740991],
  ["9007199254740993", 9007199254740993n],
  ["-9007199254740993", -9007199254740993n],
  ["12345678901234567890123", 12345678901234567890123n],
  ['{"a":[{"id":9223372036854775807}]}', { a: [{ id: 9223372036854775807n }] }],
  ["[1, 9223372036854775807, 2]", [1, 9223372036854775807n, 2]],
])("keeps every digit of %s", (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

test.each<[text: string, value: unknown]>([
  ['"9223372036854775807"', "9223372036854775807"],
  ["1234567890123456.5", 1234567890123456.5],
  ["0.12345678901234567890", 0.12345678901234568],
  ["1e30", 1e30],
  ["12345678901234567890e1", Number("12345678901234567890e1")],
])("leaves alone what is no integer: %s", (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

test("finds a large integer wherever it starts in the text", () => {
  for (let before = 0; before < 40; before++) {
    expect(parseJson(`[${" ".repeat(before)}9007199254740993]`)).toEqual([9007199254740993n]);
  }
});

test.each([["null"], ["[]"], ["{}"], ['{"a":{"__proto__":1}}'], [' [true, "x", -0.5e-3] ']])(
  "gives for %s what JSON.parse gives",
  (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  },
);

test.each([
  ["", "at line 1, column 1 a value must follow, but the text ends."],
  ["nul", 'at line 1, column 1 a value must follow, but "n" is there.'],
  ["a,b", 'at line 1, column 1 a value must follow, but "a" is there.'],
  ["[1,2", 'at line 1, column 5 "," or "]" must follow, but the text ends.'],
  ["[1 2]", 'at line 1, column 4 "," or "]" must follow, but "2" is there.'],
  ["[1,]", 'at line 1, column 4 a value must follow, but "]" is there.'],
  ["[1]]", 'at line 1, column 4 the end of the text must follow, but "]" is there.'],
  ["[1}", 'at line 1, column 3 "," or "]" must follow, but "}" is there.'],
  ["{1:2}", 'at line 1, column 2 a name in quotes or "}" must follow, but "1" is there.'],
  ['{"a" 1}', 'at line 1, column 6 ":" must follow, but "1" is there.'],
  ['{"a":1,}', 'at line 1, column 8 a name in quotes must follow, but "}" is there.'],
  ['{\n  "a": [],\n  "b": x\n}', 'at line 3, column 8 a value must follow, but "x" is there.'],
  ['{"a":01}', 'at line 1, column 7 "," or "}" must follow, but "1" is there.'],
  ['["a\nb"]', 'at line 1, column 2 a value or "]" must follow, but the text in quotes is broken.'],
  ['["\\x"]', 'at line 1, column 2 a value or "]" must follow, but the text in quotes is broken.'],
])("says where %j stops being JSON", (text, message) => {
  expect(errorOf(text)).toMatchObject({ code: "E_JSON", message: `The text is not JSON: ${message}` });
});

test("agrees with JSON.parse on what is JSON, for every way to break a document by one character", () => {
  const text = '{"a":[1,-2.5e3,"x\\n\\u00e9",true,null,{}],"b":{"c":[[]]}}';
  for (let at = 0; at < text.length; at++) {
    for (const char of ["", ",", "}", '"', "1", " "]) {
      const broken = text.slice(0, at) + char + text.slice(at + 1);
      let expected: unknown;
      try {
        expected = JSON.parse(broken);
      } catch {
        expect(errorOf(broken).message).toMatch(
          /^The text is not JSON: at line 1, column \d+ .+ must follow, but .+\.$/,
        );
        continue;
      }
      expect(parseJson(broken)).toEqual(expected);
    }
  }
});

test("shows no more of the text than one character", () => {
  const error = errorOf('{"token":"hunter2-hunter2" oops}');
  expect(`${error.stack}`).not.toContain("hunter");
  expect(error.cause).toBeUndefined();
});

test("finds the mistake in a long text", () => {
  const text = `["${"x".repeat(2_000_000)}" 1]`;
  expect(errorOf(text).message).toContain("column 2000005");
});

test.each([
  ["a text without its closing quote", "nightly orders of the warehouse, all regions"],
  ["a text with a line break in it", 'nightly orders of the warehouse,\nall regions"'],
  ["a text with an unknown escape", String.raw`nightly orders of the warehouse,\q all regions"`],
  ["a very long one", "x".repeat(1_000_000)],
  ["a very long one of escapes", String.raw`\n`.repeat(500_000)],
])("finds the mistake in %s at once", (_what, text) => {
  expect(errorOf(`["${text}]`).message).toContain("column 2 a value");
});
