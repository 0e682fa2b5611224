import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConfiguration, settingsTable } from "../../../registry/index.ts";
import { secret } from "../../../toolkit/index.ts";
import { problemsOf, settingsOf } from "./support.ts";

/** A section with one key, `value`. */
function sectionWith(value: z.ZodType) {
  return defineConfiguration({ section: "rules", envPrefix: "DK_RULES_", schema: z.strictObject({ value }) });
}

describe("a rule says what a value must be", () => {
  test.each<[rule: string, schema: z.ZodType, toml: string, message: string]>([
    ["text of a length", z.string().min(3), '"ab"', '"ab"; it must have at least 3 characters'],
    ["text of a length", z.string().max(3), '"abcd"', '"abcd"; it must have at most 3 characters'],
    ["a list of a length", z.array(z.string()).min(1), "[]", "[]; it must have at least 1 entry"],
    ["a list of a length", z.array(z.string()).min(2), "[]", "[]; it must have at least 2 entries"],
    ["a list of a length", z.array(z.string()).max(1), '["a", "b"]', '["a", "b"]; it must have at most 1 entry'],
    ["a number in bounds", z.number().min(5), "4", "4; it must be 5 or more"],
    ["a number in bounds", z.number().lt(5), "5", "5; it must be less than 5"],
    ["a multiple", z.number().multipleOf(5), "7", "7; it must be a multiple of 5"],
    ["a URL", z.url(), '"x"', '"x"; it must be a URL'],
    ["a UUID", z.uuid(), '"x"', '"x"; it must be a UUID'],
    ["a date", z.iso.datetime(), '"x"', '"x"; it must be an ISO 8601 date and time'],
    ["another format", z.email(), '"x"', '"x"; it must be text in the format "email"'],
    ["a table of known keys", z.strictObject({}), "{ a = 1, b = 2 }", '{ a = 1, b = 2 }; it must not have "a", "b"'],
    ["one of several forms", z.union([z.number(), z.boolean()]), '"x"', '"x"; it must have another form'],
    ["one value", z.literal(5), "6", "6; it must be 5"],
    ["one of several values", z.literal(["on", 5]), "true", 'true; it must be "on" or 5'],
  ])("%s", (_rule, schema, toml, message) => {
    expect(problemsOf({ toml: `[rules]\nvalue = ${toml}` }, [sectionWith(schema)])).toEqual([
      `agent.toml:2:9 [rules] value is ${message}. Correct it.`,
    ]);
  });

  test("in the words of the schema, where it has some", () => {
    const schema = z.string().refine(() => false, "That is not how we do it here.");
    expect(problemsOf({ toml: '[rules]\nvalue = "x"' }, [sectionWith(schema)])).toEqual([
      'agent.toml:2:9 [rules] value is "x"; That is not how we do it here. Correct it.',
    ]);
  });
});

test("a whole number that JavaScript cannot hold is told how large it may be", () => {
  const toml = "[rules]\nvalue = 9007199254740993";
  for (const schema of [z.number(), z.int()]) {
    expect(problemsOf({ toml }, [sectionWith(schema)])).toEqual([
      "agent.toml:2:9 [rules] value is 9007199254740993; it must be a number from -9007199254740991 to 9007199254740991. Correct it.",
    ]);
  }
});

describe("a value inside a table or a list", () => {
  const server = sectionWith(z.strictObject({ port: z.int(), tags: z.array(z.string()).default([]) }));

  test("that is missing is reported at the table", () => {
    expect(problemsOf({ toml: '[rules]\nvalue = { tags = ["a"] }' }, [server])).toEqual([
      "agent.toml:2:9 [rules] value.port is not set; it must be a number. Correct it.",
    ]);
    expect(problemsOf({ env: { DK_RULES_VALUE: "{}" } }, [server])).toEqual([
      "DK_RULES_VALUE [rules] value.port is not set; it must be a number. Correct it.",
    ]);
  });

  test("is shown as it was written, also a number that JavaScript cannot hold", () => {
    const env = { DK_RULES_VALUE: '{"port": 1, "tags": [[12345678901234567890]]}' };
    expect(problemsOf({ env }, [server])).toEqual([
      'DK_RULES_VALUE [rules] value.tags[0] is ["12345678901234567890"]; it must be text in quotes. Correct it.',
    ]);
  });

  test("is converted past the end of a list with a beginning of its own", () => {
    const tuple = sectionWith(z.tuple([z.string()], z.number()));
    expect(settingsOf(tuple, { toml: '[rules]\nvalue = ["a", "1", "2"]' })).toEqual({ value: ["a", 1, 2] });
  });
});

describe("a secret", () => {
  test("anywhere in a value keeps all of it out of the report", () => {
    const schema = z.strictObject({ tokens: z.array(secret(z.string().min(20))), name: z.string().min(20) });
    const toml = '[rules]\nvalue = { tokens = ["first-secret"], name = "the-name" }';
    const report = problemsOf({ toml }, [sectionWith(schema)]).join("\n");
    expect(report).toContain("value.tokens[0] is a secret and not shown here; it must have at least 20 characters.");
    expect(report).not.toMatch(/first-secret|the-name/);
  });

  test("is not quoted by its own rule", () => {
    const schema = secret(z.string().refine(() => false, { error: ({ input }) => `must not be ${input}` }));
    expect(problemsOf({ toml: '[rules]\nvalue = "first-secret"' }, [sectionWith(schema)])).toEqual([
      "agent.toml:2:9 [rules] value is a secret and not shown here; it must not be **********. Correct it.",
    ]);
  });

  test("in JSON that is none is not quoted either", () => {
    const schema = z.array(secret(z.string()));
    expect(problemsOf({ env: { DK_RULES_VALUE: "first-secret" } }, [sectionWith(schema)])).toEqual([
      'DK_RULES_VALUE [rules] value must be JSON text. Write JSON text, such as ["a", "b"] or {"name": "value"}.',
    ]);
  });
});

describe("a schema inside another", () => {
  test.each<[name: string, schema: z.ZodType, value: unknown]>([
    ["readonly", z.number().readonly(), 5],
    ["lazy", z.lazy(() => z.number()), 5],
    ["nullable", z.number().nullable(), 5],
    ["nonoptional", z.number().optional().nonoptional(), 5],
    ["catch", z.number().catch(7), 5],
    ["prefault", z.number().prefault(7), 5],
    ["a pipe", z.number().transform((number) => number * 2), 10],
  ])("text becomes a number: %s", (_name, schema, value) => {
    expect(settingsOf(sectionWith(schema), { env: { DK_RULES_VALUE: "5" } })).toEqual({ value });
  });
});

test.each<[schema: z.ZodType, type: string]>([
  [z.literal("on"), '"on"'],
  [z.number().max(5), "number"],
  [z.number().min(0).max(5), "number, 0 to 5"],
  [z.int(), "whole number"],
  [z.array(z.int()), "list of whole numbers"],
  [z.tuple([z.string(), z.int()]), "list"],
  [z.union([z.url(), z.array(z.string())]), "URL or list of text"],
  [z.url(), "URL"],
])("the documentation says the type in words: %# %s", (schema, type) => {
  expect(settingsTable([sectionWith(schema)])).toContain(`| ${type} |`);
});
