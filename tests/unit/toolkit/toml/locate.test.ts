import { expect, test } from "vitest";
import { type JsonPath, parseToml } from "../../../../toolkit/index.ts";

/** `line:column of the key, line:column of the value`. */
function locate(text: string, path: JsonPath): string | undefined {
  const found = parseToml(text, "agent.toml").locate(path);
  return found && `${found.key.line}:${found.key.column}, ${found.value.line}:${found.value.column}`;
}

test.each<[what: string, text: string, path: JsonPath, expected: string]>([
  ["a key at the top", "a = 1", ["a"], "1:1, 1:5"],
  ["a key of a section", "# note\n\n[core]\n  log_level\t=  'x'", ["core", "log_level"], "4:3, 4:16"],
  ["a section", "[core]", ["core"], "1:2, 1:2"],
  ["a section with blanks", "\n [ core ]", ["core"], "2:4, 2:4"],
  ["a nested section", "[a.b]\nc = 1", ["a", "b", "c"], "2:1, 2:5"],
  ["an implied section", "[a.b]", ["a"], "1:2, 1:2"],
  ["a dotted key", "[a]\nb.c.d = 1", ["a", "b", "c", "d"], "2:5, 2:9"],
  ["the start of a dotted key", "[a]\nb.c.d = 1", ["a", "b"], "2:1, 2:9"],
  ["a dotted key with blanks", "a . b = 1", ["a", "b"], "1:5, 1:9"],
  ["a quoted key", '"a.b" = 1', ["a.b"], "1:1, 1:9"],
  ["a quoted key with escapes", '"a\\"\\u0062" = 1', ['a"b'], "1:1, 1:15"],
  ["a literal key", "'a\\b' = 1", ["a\\b"], "1:1, 1:9"],
  ["a quoted section", '[a."b c"]\nd = 1', ["a", "b c", "d"], "2:1, 2:5"],
  ["a key in an inline table", "a = { b = 1, c = 2 }", ["a", "c"], "1:14, 1:18"],
  ["a dotted key in an inline table", "a = { b.c = 1 }", ["a", "b", "c"], "1:9, 1:13"],
  ["an element of a list", "a = [1, 22, 3]", ["a", 2], "1:13, 1:13"],
  ["an element of a list on several lines", "a = [ # one\n  1, # two\n  2,\n]", ["a", 1], "3:3, 3:3"],
  ["a table in a list", "a = [{ b = 1 }, { b = 2 }]", ["a", 1, "b"], "1:19, 1:23"],
  ["a list in a list", "a = [[1], [2, 3]]", ["a", 1, 1], "1:15, 1:15"],
  ["a key after text with escapes", 'a = "\\"]\\\\"\nb = 1', ["b"], "2:1, 2:5"],
  ["a key after text with a comment sign", 'a = "# no" # yes\nb = 1', ["b"], "2:1, 2:5"],
  ["a key after literal text", "a = 'c:\\'\nb = 1", ["b"], "2:1, 2:5"],
  ["a key after text on several lines", 'a = """\n[x]\nb = 2 \\"""\n"""""\nb = 1', ["b"], "5:1, 5:5"],
  ["a key after literal text on several lines", "a = '''\nb = 2\n'''''\nb = 1", ["b"], "4:1, 4:5"],
  ["a key after a date with a blank", "a = 1979-05-27 07:32:00\nb = 1", ["b"], "2:1, 2:5"],
  ["a key after special numbers", "a = -inf\nb = 0xff\nc = 1", ["c"], "3:1, 3:5"],
  ["a table of a list of tables", "[[a]]\nb = 1\n[[a]]\nb = 2", ["a", 1, "b"], "4:1, 4:5"],
  ["a list of tables", "[[a]]\nb = 1\n[[a]]", ["a"], "1:3, 1:3"],
  ["an entry of a list of tables", "[[a]]\nb = 1\n[[a]]", ["a", 1], "3:3, 3:3"],
  ["a section in a list of tables", "[[a]]\n[a.b]\nc = 1\n[[a]]\n[a.b]\nc = 2", ["a", 1, "b", "c"], "6:1, 6:5"],
  ["a list of tables in one", "[[a]]\n[[a.b]]\n[[a.b]]\nc = 1", ["a", 0, "b", 1, "c"], "4:1, 4:5"],
  ["a key after Windows line ends", "[a]\r\nb = 1\r\nc = 2\r\n", ["a", "c"], "3:1, 3:5"],
  ["a key after characters beyond 16 bits", "a = { b = '😀', c = 1 }", ["a", "c"], "1:17, 1:21"],
])("finds %s", (_what, text, path, expected) => {
  expect(locate(text, path)).toBe(expected);
});

test("says nothing of a path that is not there", () => {
  const text = "[a]\nb = [1]";
  for (const path of [["c"], ["a", "c"], ["a", "b", 1], ["b"]]) expect(locate(text, path)).toBeUndefined();
});

test("locates every key and element of a long document", () => {
  const lines = Array.from({ length: 3_000 }, (_, index) => `[s${index}]\nk = [${index}, "x"]`);
  const document = parseToml(lines.join("\n"), "agent.toml");
  expect(document.locate(["s2999", "k", 1])).toEqual({
    key: { line: 6_000, column: 12 },
    value: { line: 6_000, column: 12 },
  });
});
