import { type ExampleSettings, exampleConfiguration } from "../../../../agents/target_example/configuration.ts";
import { openRegistry, readSources } from "../../../../registry/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";
import { parseToml } from "../../../../toolkit/index.ts";

const required = { DK_EXAMPLE_TARGET_URL: "ws://target:9090/", DK_EXAMPLE_COMPONENT_TYPE: "BATCH_PIPELINE" };

/** `[example]` as the environment and the lines of an agent.toml give it. */
function settingsFrom(env: Readonly<Record<string, string>>, toml = ""): ExampleSettings {
  const file = parseToml(`[example]\n${toml}`, "agent.toml");
  const sources = { ...readSources({ env, workingDirectory: "/", directories: [] }), file };
  const sections = [exampleConfiguration];
  return openRegistry({ sources, known: sections, register: sections }).registry.lookup(exampleConfiguration);
}

/** What the user gets to read. */
function* reportOn(env: Readonly<Record<string, string>>, toml?: string) {
  const error = yield* thrownBy(function* () {
    settingsFrom(env, toml);
  });
  return String(error);
}

describe("what is read", () => {
  test("defaults: two minutes, five seconds, a mebibyte", function* () {
    expect(settingsFrom(required)).toEqual({
      target_url: "ws://target:9090/",
      component_type: "BATCH_PIPELINE",
      timeout: 120,
      period: 5,
      max_message_bytes: 1_048_576,
    });
  });

  test("text of the environment becomes numbers, and the file wins over the environment", function* () {
    const env = { ...required, DK_EXAMPLE_TIMEOUT: "2.5", dk_example_period: "7" };
    expect(settingsFrom(env, "period = 9")).toMatchObject({ timeout: 2.5, period: 9 });
  });

  test.each(["dataset", "Dataset", "DATASET"])("component_type may be written %s", function* (text) {
    expect(settingsFrom({ ...required, DK_EXAMPLE_COMPONENT_TYPE: text }).component_type).toBe("DATASET");
  });

  test.each(["ws://target/path?a=b", "wss://target.example.com/"])("target_url may be %s", function* (url) {
    expect(settingsFrom({ ...required, DK_EXAMPLE_TARGET_URL: url }).target_url).toBe(url);
  });
});

test("all that is wrong is reported at once, each with its place and what to do", function* () {
  const env = { DK_EXAMPLE_COMPONENT_TYPE: "pipelines" };
  expect(yield* reportOn(env, "timeout = 0\nperiodd = 5")).toBe(
    `
ConfigurationError: The configuration has 4 problems:
  agent.toml:3:1 [example] periodd is not a key of this section. Did you mean period?
  missing [example] target_url is not set. Set target_url under [example] in agent.toml, or DK_EXAMPLE_TARGET_URL in the environment: The WebSocket service whose messages become events.
  DK_EXAMPLE_COMPONENT_TYPE [example] component_type is "pipelines"; it must be "BATCH_PIPELINE" or "DATASET". Write for example "BATCH_PIPELINE".
  agent.toml:2:11 [example] timeout is 0; it must be more than 0 seconds. Correct it, or delete the line to use 120.
`.trim(),
  );
});

describe("what is refused", () => {
  test("what is not there: each required key, with the names to set it by", function* () {
    const report = yield* reportOn({});
    expect(report).toContain("[example] target_url is not set");
    expect(report).toContain("[example] component_type is not set");
    expect(report).toContain("DK_EXAMPLE_TARGET_URL");
  });

  test.each(["xdatasety", "DATASETS", "PIPELINE"])("component_type %s, which the old pattern took", function* (text) {
    const report = yield* reportOn({ ...required, DK_EXAMPLE_COMPONENT_TYPE: text });
    expect(report).toContain("DK_EXAMPLE_COMPONENT_TYPE");
    expect(report).toContain('"BATCH_PIPELINE" or "DATASET"');
  });

  test.each(["http://target:9090/", "target:9090", "ws://user:pass@target/"])("target_url %s", function* (url) {
    expect(yield* reportOn({ ...required, DK_EXAMPLE_TARGET_URL: url })).toContain("DK_EXAMPLE_TARGET_URL");
  });

  test.each(["timeout", "period"])("a %s of 0, which would make a hot loop", function* (key) {
    const report = yield* reportOn(required, `${key} = 0`);
    expect(report).toContain(`agent.toml:2:${key.length + 4} [example] ${key} is 0; it must be more than 0`);
  });

  test("a key that does not exist, with the nearest one that does", function* () {
    const report = yield* reportOn(required, 'component_typo = "DATASET"');
    expect(report).toContain("agent.toml:2:1 [example] component_typo");
    expect(report).toContain("component_type?");
  });
});
