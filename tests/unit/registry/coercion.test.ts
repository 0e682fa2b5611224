import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConfiguration } from "../../../registry/index.ts";
import { acme, problemsOf, settingsOf } from "./support.ts";

describe("text becomes a number", () => {
  test.each([
    ["7", 7],
    ["7.25", 7.25],
    [" 7 ", 7],
    ["+7", 7],
    [".5", 0.5],
    ["1e3", 1000],
  ])("%j is %d, from the environment and from the file", (text, period) => {
    expect(settingsOf(acme, { env: { DK_ACME_PERIOD: text } }).period).toBe(period);
    expect(settingsOf(acme, { toml: `[acme]\nperiod = "${text}"` }).period).toBe(period);
  });

  test.each([
    ["5x", '"5x"; it must be a number'],
    ["0x10", '"0x10"; it must be a number'],
    ["1,5", '"1,5"; it must be a number'],
    ["-5", "-5; it must be more than 0 seconds"],
    ["inf", "inf; it must be a finite number"],
    ["-Infinity", "-inf; it must be a finite number"],
    ["nan", '"nan"; it must be a number'],
  ])("not %j", (text, report) => {
    expect(problemsOf({ env: { DK_ACME_PERIOD: text } }, [acme])).toEqual([
      `DK_ACME_PERIOD [acme] period is ${report}. Write for example 30, or unset the variable to use 5.`,
    ]);
  });
});

test("a long text of digits that is no number does not take long", { timeout: 5_000 }, () => {
  const [problem] = problemsOf({ env: { DK_ACME_PERIOD: `${"1".repeat(200_000)}x` } }, [acme]);
  expect(problem).toMatch(/period is "1+…; it must be a number/);
});

describe("text becomes a boolean", () => {
  test.each(["true", "TRUE", "1", "yes", "On", "t", "y"])("%s is true", (text) => {
    expect(settingsOf(acme, { env: { DK_ACME_VERIFY: text } }).verify).toBe(true);
  });

  test.each(["false", "False", "0", "no", "OFF", "f", "n"])("%s is false", (text) => {
    expect(settingsOf(acme, { env: { DK_ACME_VERIFY: text } }).verify).toBe(false);
    expect(settingsOf(acme, { toml: `[acme]\nverify = "${text}"` }).verify).toBe(false);
  });

  test("also the numbers 0 and 1 of the file", () => {
    expect(settingsOf(acme, { toml: "[acme]\nverify = 0" }).verify).toBe(false);
    expect(settingsOf(acme, { toml: "[acme]\nverify = 1" }).verify).toBe(true);
  });

  test("not other words", () => {
    expect(problemsOf({ env: { DK_ACME_VERIFY: "maybe" } }, [acme])).toEqual([
      'DK_ACME_VERIFY [acme] verify is "maybe"; it must be true or false. Correct it, or unset the variable to use true.',
    ]);
  });
});

test("a number never becomes text", () => {
  expect(problemsOf({ toml: "[acme]\nname = 5" }, [acme])).toEqual([
    'agent.toml:2:8 [acme] name is 5; it must be text in quotes. Correct it, or delete the line to use "acme".',
  ]);
});

test("text that looks like a number stays text where text is wanted", () => {
  expect(settingsOf(acme, { env: { DK_ACME_NAME: "5" } }).name).toBe("5");
});

describe("lists and tables in the environment", () => {
  test("are JSON text", () => {
    const env = { DK_ACME_JOBS: '["a","b"]', DK_ACME_LABELS: '{"a":"1"}' };
    expect(settingsOf(acme, { env })).toMatchObject({ jobs: ["a", "b"], labels: { a: "1" } });
  });

  test("that are not JSON are reported with the place of the mistake", () => {
    expect(problemsOf({ env: { DK_ACME_JOBS: "a,b" } }, [acme])).toEqual([
      "DK_ACME_JOBS [acme] jobs must be JSON text. The text is not JSON: at line 1, column 1 a value must follow, " +
        'but "a" is there. Write JSON text, such as ["a", "b"] or {"name": "value"}.',
    ]);
  });

  test("are not read from text in the file", () => {
    expect(problemsOf({ toml: "[acme]\njobs = '[\"a\"]'" }, [acme])).toEqual([
      'agent.toml:2:8 [acme] jobs is "[\\"a\\"]"; it must be a list. Write for example ["nightly"], or delete the line to use [].',
    ]);
  });
});

test("text is converted inside lists and tables too", () => {
  const nested = defineConfiguration({
    section: "nested",
    envPrefix: "DK_NESTED_",
    schema: z.strictObject({
      ports: z.array(z.int()),
      pairs: z.array(z.tuple([z.string(), z.number()])),
      limits: z.record(z.string(), z.number()),
      server: z.strictObject({ port: z.int(), names: z.array(z.string()) }),
    }),
  });
  const toml = `[nested]
ports = ["80", 81]
pairs = [["1", "2"]]
limits = { a = "1.5" }
[nested.server]
port = "8080"
names = ["1"]`;
  expect(settingsOf(nested, { toml })).toEqual({
    ports: [80, 81],
    pairs: [["1", 2]],
    limits: { a: 1.5 },
    server: { port: 8080, names: ["1"] },
  });
});

describe("of a union, the value becomes what the first option takes", () => {
  const numberOrAll = z.union([z.number(), z.literal("all")]);
  const listOrAll = z.union([z.array(z.int()), z.literal("all")]);
  const listOrText = z.union([z.array(z.string()), z.string()]).transform((value) => value);

  test.each<[name: string, schema: z.ZodType, text: string, value: unknown]>([
    ["number", numberOrAll, "5", 5],
    ["other word", numberOrAll, "all", "all"],
    ["list", listOrAll, '[1, "2"]', [1, 2]],
    ["word instead of a list", listOrAll, "all", "all"],
    ["text instead of a list", listOrText, "5", "5"],
    ["text that begins as a list does", listOrText, "[a", "[a"],
    ["list of a list and text", listOrText, '["a"]', ["a"]],
    ["text before a number", z.union([z.string(), z.number()]), "5", "5"],
    ["table", z.union([z.strictObject({ port: z.int() }), z.boolean()]), '{"port":"80"}', { port: 80 }],
    ["boolean instead of a table", z.union([z.strictObject({ port: z.int() }), z.boolean()]), "off", false],
    ["number of an optional union", numberOrAll.optional(), "5", 5],
  ])("a %s, from the environment", (_name, schema, text, value) => {
    expect(settingsOf(withKey(schema), { env: { DK_U_KEY: text } })).toEqual({ key: value });
  });

  test("and a number of the file stays one, though it could be a boolean too", () => {
    const schema = z.union([z.boolean(), z.number()]);
    expect(settingsOf(withKey(schema), { toml: "[u]\nkey = 1" })).toEqual({ key: 1 });
  });

  test("and what no option takes is refused as it was given", () => {
    expect(problemsOf({ env: { DK_U_KEY: "some" } }, [withKey(numberOrAll)])).toEqual([
      expect.stringMatching(/^DK_U_KEY \[u\] key is "some"; it must/),
    ]);
  });

  function withKey(key: z.ZodType) {
    return defineConfiguration({ section: "u", envPrefix: "DK_U_", schema: z.strictObject({ key }) });
  }
});
