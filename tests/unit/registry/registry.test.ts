import { spawn } from "effection";
import { z } from "zod";
import {
  add,
  available,
  completenessOf,
  defineConfiguration,
  effectiveSettings,
  givenValue,
  lookup,
  mutate,
  Registry,
  RegistryContext,
  register,
  useRegistry,
} from "../../../registry/index.ts";
import { captureLog, expect, test, thrownBy } from "../../../testlib/index.ts";
import { Secret } from "../../../toolkit/index.ts";
import { acme, type Given, open, problemsOf, site, sourcesOf } from "./support.ts";

const SITE = { DK_HOST: "example.com", DK_KEY: "12345678" };

function* openRun(given: Given = {}) {
  yield* RegistryContext.set(new Registry(sourcesOf(given)));
}

test("what is registered can be looked up anywhere below, without passing it around", function* () {
  yield* openRun({ env: SITE });
  const registered = yield* register(site);
  const child = yield* spawn(function* () {
    return yield* lookup(site);
  });
  expect(yield* child).toBe(registered);
  expect(registered.host).toBe("example.com");
  expect(registered.key.reveal()).toBe("12345678");
});

test("registering twice is an error", function* () {
  yield* openRun();
  yield* register(acme);
  expect(yield* thrownBy(() => register(acme))).toMatchObject({
    code: "E_CONFIGURATION_DUPLICATE",
    message: "[acme] is registered already; look it up instead.",
  });
});

test("registering what is wrong reports every problem and stores nothing", function* () {
  yield* openRun({ env: { DK_HOST: "h" } });
  expect(yield* thrownBy(() => register(site))).toMatchObject({ code: "E_CONFIGURATION", problems: [{ key: "key" }] });
  expect(yield* thrownBy(() => lookup(site))).toMatchObject({ code: "E_CONFIGURATION_UNKNOWN" });
});

test("looking up what was not registered is an error that says so", function* () {
  yield* openRun();
  expect(yield* thrownBy(() => lookup(acme))).toMatchObject({
    code: "E_CONFIGURATION_UNKNOWN",
    message: "[acme] is not registered; register it before looking it up.",
  });
});

test("adding stores a value as it is, in place of any other", function* () {
  yield* openRun();
  const registered = yield* register(acme);
  const other = { ...registered, period: -1 };
  yield* add(acme, other);
  expect(yield* lookup(acme)).toBe(other);
});

test("mutating gives changed settings, validated, and leaves what is stored alone", function* () {
  yield* openRun({ env: { ...SITE, DK_ACME_PERIOD: "9" } });
  const stored = yield* register(acme);
  const changed = yield* mutate(acme, { name: "other" });
  expect(changed).toEqual({ ...stored, name: "other" });
  expect(yield* lookup(acme)).toBe(stored);
  expect(yield* thrownBy(() => mutate(acme, { period: 0 }))).toMatchObject({
    code: "E_CONFIGURATION",
    problems: [
      { where: "code", section: "acme", key: "period", message: "period is 0; it must be more than 0 seconds." },
    ],
  });
});

test("mutating what was added asks neither file nor environment", function* () {
  yield* openRun({ env: { DK_HOST: "environment.example", DK_KEY: "environment-key" } });
  yield* add(site, { host: "added.example", key: new Secret("added-key") });
  const changed = yield* mutate(site, { key: new Secret("changed-key") });
  expect([changed.host, changed.key.reveal()]).toEqual(["added.example", "changed-key"]);
});

test("mutating does not transform a value twice", function* () {
  const timed = defineConfiguration({
    section: "timed",
    envPrefix: "DK_TIMED_",
    schema: z.strictObject({
      period: z.number().transform((seconds) => seconds * 1000),
      limit: z
        .number()
        .transform((seconds) => seconds * 1000)
        .default(7000),
      name: z.string().default("x"),
    }),
  });
  yield* openRun({ env: { DK_TIMED_PERIOD: "5" } });
  yield* register(timed);
  expect(yield* mutate(timed, { name: "y" })).toEqual({ period: 5000, limit: 7000, name: "y" });
});

test("mutating what is not stored is an error", function* () {
  yield* openRun();
  expect(yield* thrownBy(() => mutate(acme, {}))).toMatchObject({ code: "E_CONFIGURATION_UNKNOWN" });
});

test("what is complete is available, and stored from then on", function* () {
  yield* openRun({ env: SITE });
  expect(yield* available(site)).toBe(true);
  expect((yield* lookup(site)).host).toBe("example.com");
  expect(yield* available(site)).toBe(true);
});

test("what is incomplete or wrong is not available, which only debug tells", function* () {
  const log = yield* captureLog();
  yield* openRun({ env: { DK_HOST: "h", DK_ACME_JOBS: "no json" } });
  expect(yield* available(site)).toBe(false);
  expect(yield* available(acme)).toBe(false);
  expect(yield* thrownBy(() => lookup(site))).toMatchObject({ code: "E_CONFIGURATION_UNKNOWN" });
  expect(log.lines).toMatchObject([
    { level: "debug", section: "site" },
    { level: "debug", section: "acme" },
  ]);
});

test("each run has its own registry", function* () {
  yield* openRun();
  const first = yield* spawn(function* () {
    yield* openRun();
    yield* register(acme);
    return yield* useRegistry();
  });
  expect(yield* first).not.toBe(yield* useRegistry());
  expect(yield* thrownBy(() => lookup(acme))).toMatchObject({ code: "E_CONFIGURATION_UNKNOWN" });
});

test("completeness tells what is given, what is missing, and what is wrong", function* () {
  const { given, missing, problems } = completenessOf(sourcesOf({ toml: '[site]\nhost = ""', env: {} }), site);
  expect([...given]).toEqual([["host", "agent.toml:2:8"]]);
  expect(missing).toEqual(["key"]);
  expect(problems).toMatchObject([{ key: "host" }]);
});

const optional = defineConfiguration({
  section: "maybe",
  envPrefix: "DK_MAYBE_",
  schema: z.strictObject({ name: z.string().min(1), size: z.number().default(1) }),
  optional: true,
});

test("an optional section is stored when it is complete, and what is set in it must be right", function* () {
  yield* RegistryContext.set(open({ env: { DK_MAYBE_NAME: "n" } }, [optional]).registry);
  expect(yield* lookup(optional)).toEqual({ name: "n", size: 1 });
  const incomplete = open({ env: { DK_MAYBE_SIZE: "2" } }, [optional]).registry;
  expect(() => incomplete.lookup(optional)).toThrow(expect.objectContaining({ code: "E_CONFIGURATION_UNKNOWN" }));
  expect(problemsOf({ env: { DK_MAYBE_SIZE: "x" } }, [optional])).toEqual([
    expect.stringContaining("DK_MAYBE_SIZE [maybe] size"),
  ]);
});

test("an optional section that the run does not need is not looked at", function* () {
  expect(problemsOf({ env: { DK_MAYBE_SIZE: "x" } }, [acme], [acme, optional])).toEqual([]);
});

test("in an optional section empty text counts as not given", function* () {
  const sources = sourcesOf({ toml: '[maybe]\nname = ""' });
  expect(completenessOf(sources, optional)).toEqual({ given: new Map(), missing: ["name"], problems: [] });
});

test("the given value is what file or environment say, before validation", function* () {
  const sources = sourcesOf({ toml: "[acme]\nmode = 'odd'", env: { DK_ACME_PERIOD: "-1", DK_ACME_JOBS: "no json" } });
  expect(givenValue(sources, acme, "mode")).toBe("odd");
  expect(givenValue(sources, acme, "period")).toBe(-1);
  expect(givenValue(sources, acme, "name")).toBeUndefined();
  expect(givenValue(sources, acme, "jobs")).toBeUndefined();
});

test("the settings in force are listed with their places, and secrets masked", function* () {
  const sources = sourcesOf({ toml: "[acme]\nlabels = { a = 'b' }", env: { DK_ACME_TOKEN: "12345678" } });
  expect(effectiveSettings(sources, [acme, site])).toEqual([
    { section: "acme", key: "name", value: '"acme"', where: "default" },
    { section: "acme", key: "period", value: "5", where: "default" },
    { section: "acme", key: "retries", value: "3", where: "default" },
    { section: "acme", key: "verify", value: "true", where: "default" },
    { section: "acme", key: "mode", value: '"auto"', where: "default" },
    { section: "acme", key: "jobs", value: "[]", where: "default" },
    { section: "acme", key: "labels", value: '{ a = "b" }', where: "agent.toml:2:10" },
    { section: "acme", key: "token", value: "**********", where: "DK_ACME_TOKEN" },
  ]);
});
