import { expect, test } from "vitest";
import { headerText, secret } from "../../../../toolkit/index.ts";

const problemsOf = (text: string) =>
  headerText()
    .safeParse(text)
    .error?.issues.map(({ message }) => message);

test.each(["key", "eyJhbGciOi.J9-_~+/==", "with a blank", "a\ttab", "kéy"])("%j can be sent in a header", (text) => {
  expect(problemsOf(text)).toBeUndefined();
});

test.each([
  ["line break", "abc\ndef"],
  ["line break", "abc\r\n\u0001"],
  ["control character", "abc\u0000"],
  ["control character", "\u001b[0mabc"],
  ["control character", "abc\u007f"],
  ["character outside Latin-1, such as a typographic quote", "“abc”"],
  ["character outside Latin-1, such as a typographic quote", "a\u0100"],
])("a %s cannot, and the problem names it but not the text: %j", (kind, text) => {
  const problem = `must not contain a ${kind}: it is sent in an HTTP header, which cannot carry that`;
  expect(problemsOf(text)).toEqual([problem]);
  expect(secret(headerText()).safeParse(text).error?.issues).toMatchObject([{ message: problem }]);
});

test("it must not be empty", () => {
  expect(problemsOf("")).toHaveLength(1);
});
