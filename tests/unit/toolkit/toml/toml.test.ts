import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseToml, readTomlFile, TomlError, tomlText } from "../../../../toolkit/index.ts";

const directory = mkdtempSync(join(tmpdir(), "toml-"));
afterAll(() => rmSync(directory, { recursive: true }));

function errorOf(run: () => unknown): TomlError {
  try {
    run();
  } catch (error) {
    if (error instanceof TomlError) return error;
    throw error;
  }
  throw new Error("Nothing was thrown.");
}

test("gives values as JSON knows them: dates as text, large integers as bigints", () => {
  const { values } = parseToml(
    "a = 1979-05-27T07:32:00+01:00\nb = 1979-05-27\nc = 9223372036854775807\nd = inf\n[e]\nf = [true, { g = 'x' }]",
    "agent.toml",
  );
  expect(values).toEqual({
    a: "1979-05-27T07:32:00.000+01:00",
    b: "1979-05-27",
    c: 9223372036854775807n,
    d: Number.POSITIVE_INFINITY,
    e: { f: [true, { g: "x" }] },
  });
});

test.each([
  ["[core\nagent_key = 1", "agent.toml:1:6"],
  ['[core]\nagent_key = "x', "agent.toml:2:13"],
  ["[core]\nagent_key = x", "agent.toml:2:13"],
  ["[core]\nagent_key = 1\nagent_key = 2", "agent.toml:3:1"],
  ["[core]\n[core]", "agent.toml:2:2"],
])("names line and column of what is not TOML: %j", (text, where) => {
  const error = errorOf(() => parseToml(text, "agent.toml"));
  expect(error).toMatchObject({ code: "E_TOML_SYNTAX", where, message: `${where} ${error.reason}.` });
  expect(error.reason).toMatch(/^is not valid TOML: \S/);
});

test("says that it cannot be read, and why, when its tables are nested too deeply", () => {
  const error = errorOf(() => parseToml(`a${".a".repeat(100_000)} = 1`, "agent.toml"));
  expect(error).toMatchObject({
    code: "E_TOML_UNREADABLE",
    where: "agent.toml",
    message: "agent.toml cannot be read: it is too large, or its tables are nested too deeply.",
  });
});

test("knows no places in a text that is too large, and gives its values all the same", () => {
  const { values, locate } = parseToml(`${"\n".repeat(20_000_000)}a = 1`, "agent.toml");
  expect([values, locate(["a"])]).toEqual([{ a: 1 }, undefined]);
});

test("says nothing of the text around a mistake, which may hold a secret", () => {
  const error = errorOf(() => parseToml('[auth_api_token]\nagent_token = "hunter2-and-more\n', "agent.toml"));
  expect(`${error.stack}${JSON.stringify(error)}`).not.toContain("hunter2");
  expect(error.cause).toBeUndefined();
});

test("reads a file, also with a byte order mark, and counts columns without it", () => {
  const path = join(directory, "bom.toml");
  writeFileSync(path, "\ufeffa = 1\n");
  expect(readTomlFile(path, "agent.toml")?.locate(["a"])?.value).toEqual({ line: 1, column: 5 });
});

test("gives undefined for a file that does not exist", () => {
  expect(readTomlFile(join(directory, "absent.toml"), "agent.toml")).toBeUndefined();
});

test("says why a file cannot be read", () => {
  const error = errorOf(() => readTomlFile(directory, "agent.toml"));
  expect(error).toMatchObject({ code: "E_TOML_UNREADABLE", where: "agent.toml" });
  expect(error.message).toMatch(/^agent\.toml cannot be read: it is a directory/);
});

test.each<[value: unknown, text: string]>([
  ['say "hi"\n', '"say \\"hi\\"\\n"'],
  ["\u007f", '"\\u007f"'],
  [1.5, "1.5"],
  [9223372036854775807n, "9223372036854775807"],
  [Number.POSITIVE_INFINITY, "inf"],
  [Number.NEGATIVE_INFINITY, "-inf"],
  [Number.NaN, "nan"],
  [true, "true"],
  [[1, ["a"]], '[1, ["a"]]'],
  [{ a: 1, "b c": {} }, '{ a = 1, "b c" = {} }'],
])("writes %o as %s", (value, text) => {
  expect(tomlText(value)).toBe(text);
  expect(parseToml(`value = ${text}`, "t").values).toEqual({ value });
});
