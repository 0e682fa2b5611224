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
  guarded: {
    configurations: [acme],
    credentials: { kinds: ["api_token", "azure_spn"] },
    load: async () => function* () {},
  },
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

describe("an agent that takes credentials", () => {
  const guarded = { ...core, DK_AGENT_TYPE: "guarded" };

  test("is prepared with the first complete ones, and shows them alone, masked", function* ({ prepareWith }) {
    const spn = { DK_AZURE_CLIENT_ID: "c", DK_AZURE_CLIENT_SECRET: "s", DK_AZURE_TENANT_ID: "n", DK_AZURE_SCOPE: "x" };
    const { credentials, settings } = prepareWith({ ...guarded, ...spn, DK_AGENT_TOKEN: "the-token" });
    expect(credentials?.kind).toBe("api_token");
    expect(settings.filter(({ section }) => section.startsWith("auth_"))).toEqual([
      { section: "auth_api_token", key: "agent_token", value: "**********", where: "DK_AGENT_TOKEN" },
    ]);
  });

  test("is warned of incomplete ones that it would rather have used", function* ({ prepareWith, stateDirectory }) {
    const toml = '[auth_azure_spn]\nclient_id = "c"\n';
    writeFileSync(join(stateDirectory, "agent.toml"), toml);
    const entry = { configurations: [], load: async () => function* () {} };
    const reversed = { guarded: { ...entry, credentials: { kinds: ["azure_spn", "api_token"] as const } } };
    const options = { workingDirectory: stateDirectory, directories: [stateDirectory] };
    const { warnings } = prepare(reversed, { env: { ...guarded, DK_AGENT_TOKEN: "t" }, ...options });
    expect(warnings).toEqual([expect.stringMatching(/^\[auth_azure_spn\] is not used, because client_secret, /)]);
    expect(prepareWith({ ...guarded, DK_AGENT_TOKEN: "t" }).warnings).toEqual([]);
  });

  test("is not prepared without them, and reports that with all other problems", function* ({ prepareWith }) {
    const problems = [
      expect.objectContaining({ where: "missing", message: expect.stringContaining("The credentials for") }),
      expect.objectContaining({ where: "DK_ACME_PERIOD" }),
    ];
    const env = { ...guarded, DK_ACME_PERIOD: "often", DK_AGENT_USERNAME: "u", DK_AGENT_PASSWORD: "p" };
    expect(() => prepareWith(env)).toThrow(expect.objectContaining({ problems }));
  });

  test("does not look at those of other kinds", function* ({ prepareWith }) {
    const env = { ...guarded, DK_AGENT_TOKEN: "t", DK_AGENT_PASSWORD_FILE: "/absent" };
    expect(prepareWith(env).credentials?.kind).toBe("api_token");
    expect(() => prepareWith({ ...guarded, DK_AGENT_TOKEN_FILE: "/absent" })).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ where: "DK_AGENT_TOKEN_FILE" })] }),
    );
  });
});

describe("what HTTP clients would say when they are opened", () => {
  test("is said before: certificates that cannot be used, and proxies that are none", function* ({ prepareWith }) {
    const problems = [
      expect.objectContaining({ where: "DK_HTTP_SSL_CERT_FILE", section: "http", key: "ssl_cert_file" }),
      expect.objectContaining({ message: expect.stringMatching(/^HTTP_PROXY in the environment is not the URL/) }),
    ];
    const env = { ...core, DK_HTTP_SSL_CERT_FILE: "/nowhere/ca.pem", HTTP_PROXY: "ftp://proxy" };
    expect(() => prepareWith(env)).toThrow(expect.objectContaining({ problems }));
  });

  test("is not said of certificates that are not looked at", function* ({ prepareWith }) {
    const env = { ...core, DK_HTTP_SSL_CERT_FILE: "/nowhere/ca.pem", DK_HTTP_SSL_VERIFY: "false" };
    expect(prepareWith(env).name).toBe("acme");
  });
});

test("an agent's section may not be named as one of the framework's", function* () {
  const http = defineConfiguration({ section: "http", envPrefix: "DK_ACME_", schema: z.strictObject({}) });
  const acmeTable = { acme: { configurations: [http], load: async () => function* () {} } };
  expect(() => prepare(acmeTable, { env: core, workingDirectory: "/", directories: [] })).toThrow(
    expect.objectContaining({ code: "E_CONFIGURATION_DUPLICATE", message: expect.stringContaining("[http]") }),
  );
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
        fix: "Did you mean acme? The agents are acme, guarded, other.",
      },
      expect.objectContaining({ where: "DK_LOG_LEVEL", key: "log_level" }),
    ];
    const env = { ...core, DK_AGENT_TYPE: "acmee", DK_LOG_LEVEL: "loud" };
    expect(() => prepareWith(env)).toThrow(expect.objectContaining({ problems }));
  });

  test("that is like none of them is reported with the known ones", function* ({ prepareWith }) {
    const problems = [expect.objectContaining({ fix: "The agents are acme, guarded, other." })];
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
