import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { coreConfiguration } from "../../../../framework/configuration/index.ts";
import type { AgentTable } from "../../../../framework/entry/index.ts";
import { prepare } from "../../../../framework/entry/prepare.ts";
import { defineConfiguration } from "../../../../registry/index.ts";
import { test as base, configurations, describe, expect } from "../../../../testlib/index.ts";

const acme = defineConfiguration({
  section: "acme",
  envPrefix: "DK_ACME_",
  schema: z.strictObject({ period: z.number().default(5) }),
});
const table: AgentTable = {
  acme: { aliases: ["old_acme"], configurations: [acme], load: async () => function* () {} },
  other: { configurations: [], load: async () => function* () {} },
};

const core = configurations.core.with({ agent_type: "acme" }).env;

const test = base.extend({
  /** What comes of an environment, and of an agent.toml in the state directory if there is one. */
  *prepareWith({ stateDirectory }) {
    const options = { workingDirectory: stateDirectory, directories: [stateDirectory] };
    return (env: Readonly<Record<string, string>>) => prepare(table, { env, ...options });
  },
});

describe("what is prepared", () => {
  test("is the selected agent with its validated sections", function* ({ prepareWith }) {
    const prepared = prepareWith({ ...core, DK_ACME_PERIOD: "7" });
    expect(prepared.name).toBe("acme");
    expect(prepared.registry.lookup(acme)).toEqual({ period: 7 });
    expect(prepared.registry.lookup(coreConfiguration).agent_key).toBe("agent test key");
    expect([...prepared.secrets]).toEqual(["service-account-key"]);
  });

  test("is found by the agent's alias too", function* ({ prepareWith }) {
    expect(prepareWith({ ...core, DK_AGENT_TYPE: "old_acme" }).name).toBe("acme");
  });

  test("takes the agent type from agent.toml before the environment", function* ({ prepareWith, stateDirectory }) {
    writeFileSync(join(stateDirectory, "agent.toml"), '[core]\nagent_type = "other"\n');
    const prepared = prepareWith(core);
    expect([prepared.name, prepared.file]).toEqual(["other", "agent.toml"]);
  });

  test("comes with warnings about what nothing reads, but not about other agents' settings", function* ({
    prepareWith,
  }) {
    const prepared = prepareWith({ ...core, DK_AGENT_TYPE: "other", DK_ACME_PERIOD: "9", DK_AGENT_KYE: "x" });
    expect(prepared.warnings).toEqual([expect.stringContaining("DK_AGENT_KYE")]);
  });
});

describe("an agent type that does not exist", () => {
  test("is reported with the known ones and the nearest, together with all other problems", function* ({
    prepareWith,
  }) {
    const problems = [
      {
        where: "DK_AGENT_TYPE",
        section: "core",
        key: "agent_type",
        message: 'agent_type is "acmee"; there is no such agent.',
        fix: "Did you mean acme? The agents are acme, other.",
      },
      expect.objectContaining({ where: "DK_LOG_LEVEL", key: "log_level" }),
    ];
    const env = { ...core, DK_AGENT_TYPE: "acmee", DK_LOG_LEVEL: "loud" };
    expect(() => prepareWith(env)).toThrow(expect.objectContaining({ problems }));
  });

  test("that is like none of them is reported with the known ones", function* ({ prepareWith }) {
    const problems = [expect.objectContaining({ fix: "The agents are acme, other." })];
    expect(() => prepareWith({ ...core, DK_AGENT_TYPE: "something else" })).toThrow(
      expect.objectContaining({ problems }),
    );
  });

  test("is missing like any other setting when it is not set", function* ({ prepareWith }) {
    const keys = ["agent_type", "agent_key", "observability_service_account_key", "observability_base_url"];
    const problems = keys.map((key) => expect.objectContaining({ where: "missing", key }));
    expect(() => prepareWith({})).toThrow(expect.objectContaining({ name: "ConfigurationError", problems }));
  });
});
