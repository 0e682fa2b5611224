import { z } from "zod";
import { defineConfiguration } from "../../../registry/index.ts";
import { expect, test } from "../../../testlib/index.ts";
import { acme, open, settingsOf } from "./support.ts";

test("a section or key that TOML or the environment would not take is refused when it is defined", function* () {
  const define = (section: string, key: string) => () =>
    defineConfiguration({ section, envPrefix: "DK_", schema: z.strictObject({ [key]: z.string() }) });
  for (const [section, key] of [
    ["a.b", "c"],
    ["a", "b.c"],
    ["A", "b"],
    ["a", "b c"],
  ] as const) {
    expect(define(section, key)).toThrow(expect.objectContaining({ code: "E_CONFIGURATION_DEFINITION" }));
  }
});

test.each<[type: string, schema: z.ZodType]>([
  ["date", z.date()],
  ["date", z.coerce.date().default(new Date(0))],
  ["bigint", z.bigint().default(5n)],
  ["map", z.map(z.string(), z.string())],
  ["set", z.array(z.strictObject({ ids: z.set(z.string()) }))],
])("a %s is refused when it is defined: neither TOML nor the environment has one", function* ([type, schema]) {
  const define = () => defineConfiguration({ section: "a", envPrefix: "DK_", schema: z.strictObject({ b: schema }) });
  const message = expect.stringContaining(`"b" takes a value of type ${type}`);
  expect(define).toThrow(expect.objectContaining({ code: "E_CONFIGURATION_DEFINITION", message }));
});

test("a date may be made from text", function* () {
  const since = z.iso.datetime().transform((text) => new Date(text));
  const dated = defineConfiguration({ section: "dated", envPrefix: "DK_", schema: z.strictObject({ since }) });
  const settings = { since: new Date("2026-05-01T07:32:00Z") };
  expect(settingsOf(dated, { toml: "[dated]\nsince = 2026-05-01T07:32:00Z" })).toEqual(settings);
  expect(settingsOf(dated, { env: { DK_SINCE: "2026-05-01T07:32:00Z" } })).toEqual(settings);
});

test("a section that two configurations define is refused; one that is listed twice is not", function* () {
  const other = defineConfiguration({ section: "acme", envPrefix: "DK_OTHER_", schema: z.strictObject({}) });
  expect(open({}, [acme], [acme, acme]).registry.lookup(acme).name).toBe("acme");
  const code = "E_CONFIGURATION_DUPLICATE";
  const message = expect.stringContaining("Two configurations define [acme].");
  for (const [register, known] of [
    [[acme], [acme, other]],
    [[other], [acme]],
  ] as const) {
    expect(() => open({}, register, known)).toThrow(expect.objectContaining({ code, message }));
  }
});
