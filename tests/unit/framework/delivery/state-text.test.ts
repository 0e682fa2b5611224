import { z } from "zod";
import { toStateText } from "../../../../framework/delivery/state-text.ts";
import { describe, expect, test } from "../../../../testlib/index.ts";

const place = { state: "acme.runs", key: "1" };

describe("a value is kept as JSON text", () => {
  test.each<[what: string, schema: z.ZodType, value: unknown, text: string]>([
    ["an object, without what is not set", z.object({ a: z.string().optional() }), { a: undefined }, "{}"],
    ["an object with its keys in another order", z.object({ a: z.int(), b: z.int() }), { b: 2, a: 1 }, '{"b":2,"a":1}'],
    ["an object with more than the schema has", z.object({ a: z.int() }), { a: 1, b: 2 }, '{"a":1,"b":2}'],
    ["text that the schema trims", z.string().trim(), " a", '" a"'],
    ["a date that the schema makes from text", z.coerce.date(), new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ["nothing, where that is allowed", z.string().nullable(), null, "null"],
  ])("%s", function* ([, schema, value, text]) {
    expect(toStateText(schema, value, place)).toBe(text);
  });

  test.each<[what: string, schema: z.ZodType, value: unknown, why: string]>([
    ["a date", z.date(), new Date(0), "does not fit the schema (✖ Invalid input: expected date, received string)"],
    ["a map", z.map(z.string(), z.int()), new Map([["a", 1]]), "expected map, received object"],
    ["NaN", z.number(), Number.NaN, "expected number, received null"],
    ["an object of a class", z.instanceof(URL), new URL("http://a/"), "does not fit the schema"],
    ["what comes of a transform", z.string().transform((text) => text.length), 3, "expected string, received number"],
    ["what a transform changes each time", z.string().transform((text) => `${text}!`), "a!", "it changes each time"],
    ["a BigInt", z.bigint(), 3n, "JSON has no form for it (Do not know how to serialize a BigInt)"],
    ["undefined", z.string().optional(), undefined, "JSON has no form for it."],
  ])("but not %s", function* ([, schema, value, why]) {
    const code = "E_STATE_VALUE";
    const message = expect.stringContaining(why);
    expect(() => toStateText(schema, value, place)).toThrow(expect.objectContaining({ code, message }));
  });

  test("and the error says which one it is", function* () {
    expect(() => toStateText(z.number(), Number.NaN, place)).toThrow(
      'The state "acme.runs" cannot keep the value of "1"',
    );
  });
});
