import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { coreConfiguration } from "../../../../framework/configuration/index.ts";
import type { AgentTable } from "../../../../framework/entry/index.ts";
import { prepare } from "../../../../framework/entry/prepare.ts";
import { ConfigurationError, defineConfiguration } from "../../../../registry/index.ts";
import { afterEach, beforeEach, describe, expect, test } from "../../../../testlib/index.ts";

const acme = defineConfiguration({
  section: "acme",
  envPrefix: "DK_ACME_",
  schema: z.strictObject({ period: z.number().default(5) }),
});
const table: AgentTable = {
  acme: { aliases: ["old_acme"], configurations: [acme], load: async () => function* () {} },
  other: { configurations: [], load: async () => function* () {} },
};
const core = {
  DK_AGENT_TYPE: "acme",
  DK_AGENT_KEY: "key",
  DK_OBSERVABILITY_BASE_URL: "https://observability.example.com/api",
  DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY: "the-service-key",
};

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "prepare-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe("what is prepared", () => {
  test("is the selected agent with its validated sections", function* () {
    const prepared = prepareWith({ ...core, DK_ACME_PERIOD: "7" });
    expect(prepared.name).toBe("acme");
    expect(prepared.registry.lookup(acme)).toEqual({ period: 7 });
    expect(prepared.registry.lookup(coreConfiguration).agent_key).toBe("key");
    expect([...prepared.secrets]).toEqual(["the-service-key"]);
  });

  test("is found by the agent's alias too", function* () {
    expect(prepareWith({ ...core, DK_AGENT_TYPE: "old_acme" }).name).toBe("acme");
  });

  test("takes the agent type from agent.toml before the environment", function* () {
    writeFileSync(join(directory, "agent.toml"), '[core]\nagent_type = "other"\n');
    const prepared = prepareWith(core);
    expect([prepared.name, prepared.file]).toEqual(["other", "agent.toml"]);
  });

  test("comes with warnings about what nothing reads, but not about other agents' settings", function* () {
    const prepared = prepareWith({ ...core, DK_AGENT_TYPE: "other", DK_ACME_PERIOD: "9", DK_AGENT_KYE: "x" });
    expect(prepared.warnings).toEqual([expect.stringContaining("DK_AGENT_KYE")]);
  });
});

describe("an agent type that does not exist", () => {
  test("is reported with the known ones and the nearest, together with all other problems", function* () {
    const { problems } = configurationError({ ...core, DK_AGENT_TYPE: "acmee", DK_LOG_LEVEL: "loud" });
    expect(problems).toEqual([
      {
        where: "DK_AGENT_TYPE",
        section: "core",
        key: "agent_type",
        message: 'agent_type is "acmee"; there is no such agent.',
        fix: "Did you mean acme? The agents are acme, other.",
      },
      expect.objectContaining({ where: "DK_LOG_LEVEL", key: "log_level" }),
    ]);
  });

  test("is missing like any other setting when it is not set", function* () {
    const { problems } = configurationError({});
    expect(problems.map(({ where, key }) => [where, key])).toEqual([
      ["missing", "agent_type"],
      ["missing", "agent_key"],
      ["missing", "observability_service_account_key"],
      ["missing", "observability_base_url"],
    ]);
  });
});

function prepareWith(env: Readonly<Record<string, string>>) {
  return prepare(table, { env, workingDirectory: directory, directories: [directory] });
}

function configurationError(env: Readonly<Record<string, string>>): ConfigurationError {
  try {
    prepareWith(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error("The configuration was accepted.");
}
