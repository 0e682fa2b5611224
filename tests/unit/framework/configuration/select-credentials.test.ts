import { z } from "zod";
import { type AcceptedCredentials, selectCredentials } from "../../../../framework/configuration/index.ts";
import { defineConfiguration, openRegistry, renderProblem } from "../../../../registry/index.ts";
import { describe, expect, test } from "../../../../testlib/index.ts";
import { Secret, secret } from "../../../../toolkit/index.ts";
import { type Given, sourcesOf } from "./support.ts";

const USER = { DK_AGENT_USERNAME: "u", DK_AGENT_PASSWORD: "p" };
const TOKEN = { DK_AGENT_TOKEN: "t" };
const SPN = { DK_AZURE_CLIENT_ID: "c", DK_AZURE_CLIENT_SECRET: "s", DK_AZURE_TENANT_ID: "n" };
const AZURE_USER = { DK_AZURE_CLIENT_ID: "c", DK_AZURE_USERNAME: "u", DK_AZURE_PASSWORD: "p", DK_AZURE_TENANT_ID: "n" };
const AUTHORITY = "https://login.microsoftonline.com/";

const ALL: AcceptedCredentials = {
  kinds: ["username_password", "api_token", "azure_spn", "azure_basic_oauth"],
  azureScope: "x/.default",
};

const acme = defineConfiguration({
  section: "acme",
  envPrefix: "DK_ACME_",
  schema: z.strictObject({
    site: z.string().default("a"),
    key_id: z.string().nullable().default(null),
    key: secret(z.string()).nullable().default(null),
  }),
});
const OWN: AcceptedCredentials = { kinds: ["api_token"], own: { configuration: acme, keys: ["key_id", "key"] } };

/** What an agent signs in with that accepts these, and what it is told before. */
function select(given: Given, accepted: AcceptedCredentials = ALL) {
  const sources = sourcesOf(given);
  const { sections, problems, read, warnings, used } = selectCredentials(sources, accepted);
  const register = [acme, ...sections];
  const { registry } = openRegistry({ sources, known: register, register });
  return {
    credentials: problems.length === 0 ? read(registry) : undefined,
    problems: problems.map(renderProblem),
    warnings,
    used: used.map(({ section }) => section),
  };
}

function revealed(settings: object = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, value instanceof Secret ? value.reveal() : value]),
  );
}

describe("the credentials that an agent uses", () => {
  test.each([
    [{ ...USER, ...TOKEN, ...SPN, ...AZURE_USER }, "username_password"],
    [{ ...TOKEN, ...SPN, ...AZURE_USER }, "api_token"],
    [{ ...SPN, ...AZURE_USER }, "azure_spn"],
    [AZURE_USER, "azure_basic_oauth"],
  ] as const)("are the first complete ones: %j", function* ([env, kind]) {
    const { credentials, ...rest } = select({ env });
    expect(credentials?.kind).toBe(kind);
    expect(rest).toEqual({ problems: [], warnings: [], used: [`auth_${kind}`] });
  });

  test("are of a kind that it takes, in its own order", function* () {
    const env = { ...USER, ...TOKEN, ...SPN };
    const { credentials, used } = select({ env }, { kinds: ["azure_spn", "api_token"], azureScope: "scope" });
    expect([credentials?.kind, used]).toEqual(["azure_spn", ["auth_azure_spn"]]);
  });

  test("worked example B: empty user name and password are not there, so the token is used", function* () {
    const env = { DK_AGENT_USERNAME: "", DK_AGENT_PASSWORD: "", DK_AGENT_TOKEN: "t" };
    const { credentials, warnings } = select({ env });
    expect(credentials?.kind).toBe("api_token");
    expect(revealed(credentials?.settings)).toEqual({ agent_token: "t" });
    expect(warnings).toEqual([]);
  });

  test("may come from file and environment together", function* () {
    const toml = "[auth_username_password]\nagent_username = 'u'";
    const { credentials } = select({ toml, env: { DK_AGENT_PASSWORD: "p" } });
    expect(revealed(credentials?.settings)).toEqual({ agent_username: "u", agent_password: "p" });
  });

  test("are not those with empty text in the file", function* () {
    const toml = "[auth_username_password]\nagent_username = ''\nagent_password = ''";
    const { credentials, warnings } = select({ toml, env: TOKEN });
    expect([credentials?.kind, warnings]).toEqual(["api_token", []]);
  });

  test("may be of a sovereign cloud", function* () {
    const { credentials } = select({ env: { ...SPN, DK_AZURE_AUTHORITY: "https://login.microsoftonline.us" } });
    expect(credentials).toMatchObject({ settings: { authority: "https://login.microsoftonline.us/" } });
  });

  test("are none for an agent that takes none", function* () {
    expect(selectCredentials(sourcesOf({ env: TOKEN }))).toMatchObject({ sections: [], problems: [], warnings: [] });
  });
});

describe("the scope of Azure credentials", () => {
  test("is the agent's when none is set (worked example B)", function* () {
    expect(select({ env: SPN }).credentials).toMatchObject({
      kind: "azure_spn",
      settings: { client_id: "c", tenant_id: "n", scope: "x/.default", authority: AUTHORITY },
    });
    expect(select({ env: AZURE_USER }).credentials).toMatchObject({ settings: { scope: "x/.default" } });
  });

  test("is the configured one before that", function* () {
    const { credentials } = select({ env: { ...SPN, DK_AZURE_SCOPE: "configured" } });
    expect(credentials).toMatchObject({ settings: { scope: "configured" } });
  });

  test.each(["azure_spn", "azure_basic_oauth"] as const)(
    "has to be set for %s when the agent has none (worked example B)",
    function* (kind) {
      const env = { ...SPN, ...AZURE_USER };
      const { problems } = select({ env }, { kinds: [kind] });
      expect(problems).toEqual([expect.stringMatching(/scope \(DK_AZURE_SCOPE\).*; only .* set, not scope$/)]);
      const { credentials } = select({ env: { ...env, DK_AZURE_SCOPE: "s" } }, { kinds: [kind] });
      expect(credentials).toMatchObject({ kind, settings: { scope: "s" } });
    },
  );
});

describe("incomplete credentials", () => {
  test("before those that are used are warned of, by the names of what is missing", function* () {
    const { credentials, warnings } = select({ env: { DK_AGENT_USERNAME: "u", ...TOKEN } });
    expect(credentials?.kind).toBe("api_token");
    expect(warnings).toEqual([
      "[auth_username_password] is not used, because agent_password is not set; [auth_api_token] is.",
    ]);
  });

  test("are not warned of when all that is set of them belongs to those that are used", function* () {
    expect(select({ env: { ...AZURE_USER, DK_AZURE_SCOPE: "scope" } }).warnings).toEqual([]);
  });

  test("are a problem when there are no others: it says what would do, and what there is", function* () {
    const env = { DK_AGENT_USERNAME: "someone", DK_AZURE_CLIENT_SECRET: "hunter2hunter2" };
    expect(select({ env }).problems).toEqual([
      `missing The credentials for the monitored tool are not set, or not all of them. Set all keys of one of these:
    [auth_username_password] agent_username (DK_AGENT_USERNAME), agent_password (DK_AGENT_PASSWORD); only agent_username set, not agent_password
    [auth_api_token] agent_token (DK_AGENT_TOKEN)
    [auth_azure_spn] client_id (DK_AZURE_CLIENT_ID), client_secret (DK_AZURE_CLIENT_SECRET), tenant_id (DK_AZURE_TENANT_ID); only client_secret set, not client_id, tenant_id
    [auth_azure_basic_oauth] client_id (DK_AZURE_CLIENT_ID), username (DK_AZURE_USERNAME), password (DK_AZURE_PASSWORD), tenant_id (DK_AZURE_TENANT_ID)`,
    ]);
  });

  test("that the agent does not take are not named, even if they are complete", function* () {
    const { problems } = select({ env: { ...USER, ...SPN } }, { kinds: ["api_token"] });
    expect(problems).toEqual([expect.stringMatching(/of one of these:\n {4}\[auth_api_token\] agent_token \(\w+\)$/)]);
  });
});

test("credentials that are wrong rather than incomplete are reported, not skipped", function* () {
  const wrong = { code: "E_CONFIGURATION", problems: [{ where: "DK_AGENT_TOKEN_FILE", section: "auth_api_token" }] };
  expect(() => select({ env: { DK_AGENT_TOKEN_FILE: "/absent/token", ...SPN } })).toThrow(
    expect.objectContaining({ ...wrong, problems: [expect.objectContaining(wrong.problems[0])] }),
  );
});

describe("keys of the agent's own section", () => {
  test("go before all kinds", function* () {
    const { credentials, ...rest } = select({ env: { DK_ACME_KEY_ID: "i", DK_ACME_KEY: "k", ...TOKEN } }, OWN);
    expect([credentials, rest]).toEqual([undefined, { problems: [], warnings: [], used: [] }]);
  });

  test("need not be set when there are others", function* () {
    expect(select({ env: { DK_ACME_SITE: "b", ...TOKEN } }, OWN).credentials?.kind).toBe("api_token");
  });

  test("are a problem when only some are set, whatever else there is", function* () {
    const all = "Set all of key_id (DK_ACME_KEY_ID), key (DK_ACME_KEY), or none.";
    expect(select({ env: { DK_ACME_KEY_ID: "i", ...TOKEN } }, OWN).problems).toEqual([
      `missing [acme] key is not set, but key_id is. ${all}`,
    ]);
    expect(select({ toml: "[acme]\nkey = 'k'" }, OWN).problems).toEqual([
      `missing [acme] key_id is not set, but key is. ${all}`,
    ]);
  });

  test("are named first when nothing is set", function* () {
    expect(select({}, OWN).problems).toEqual([
      `missing The credentials for the monitored tool are not set, or not all of them. Set all keys of one of these:
    [acme] key_id (DK_ACME_KEY_ID), key (DK_ACME_KEY)
    [auth_api_token] agent_token (DK_AGENT_TOKEN)`,
    ]);
  });
});
