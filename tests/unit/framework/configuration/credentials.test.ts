import { selectCredentials } from "../../../../framework/configuration/index.ts";
import { Registry, RegistryContext } from "../../../../registry/index.ts";
import { captureLog, expect, test, thrownBy } from "../../../../testlib/index.ts";
import { Secret } from "../../../../toolkit/index.ts";
import { type Given, sourcesOf } from "./support.ts";

const USER = { DK_AGENT_USERNAME: "u", DK_AGENT_PASSWORD: "p" };
const TOKEN = { DK_AGENT_TOKEN: "t" };
const SPN = { DK_AZURE_CLIENT_ID: "c", DK_AZURE_CLIENT_SECRET: "s", DK_AZURE_TENANT_ID: "n" };
const AZURE_USER = { DK_AZURE_CLIENT_ID: "c", DK_AZURE_USERNAME: "u", DK_AZURE_PASSWORD: "p", DK_AZURE_TENANT_ID: "n" };
const AUTHORITY = "https://login.microsoftonline.com/";

function* select(given: Given, defaultScope?: string) {
  yield* RegistryContext.set(new Registry(sourcesOf(given)));
  const log = yield* captureLog();
  const credentials = yield* selectCredentials(defaultScope === undefined ? {} : { defaultScope });
  return { credentials, log };
}

function revealed(settings: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, value instanceof Secret ? value.reveal() : value]),
  );
}

test.each([
  [{ ...USER, ...TOKEN, ...SPN, ...AZURE_USER }, "username_password"],
  [{ ...TOKEN, ...SPN, ...AZURE_USER }, "api_token"],
  [{ ...SPN, ...AZURE_USER }, "azure_spn"],
  [AZURE_USER, "azure_basic_oauth"],
] as const)("the first complete credentials win: %j", function* ([env, kind]) {
  const { credentials, log } = yield* select({ env }, "scope");
  expect(credentials.kind).toBe(kind);
  expect(log.lines).toEqual([]);
});

test("worked example B: empty user name and password are not there, so the token is used", function* () {
  const { credentials, log } = yield* select({
    env: { DK_AGENT_USERNAME: "", DK_AGENT_PASSWORD: "", DK_AGENT_TOKEN: "t" },
  });
  expect(credentials.kind).toBe("api_token");
  expect(revealed(credentials.settings)).toEqual({ agent_token: "t" });
  expect(log.lines).toEqual([]);
});

test("worked example B: a service principal takes the agent's scope", function* () {
  const { credentials } = yield* select({ env: SPN }, "x/.default");
  expect(credentials).toMatchObject({
    kind: "azure_spn",
    settings: { client_id: "c", tenant_id: "n", scope: "x/.default", authority: AUTHORITY },
  });
});

test("worked example B: a service principal without any scope is an error", function* () {
  expect(yield* thrownBy(() => select({ env: SPN }))).toMatchObject({
    code: "E_CREDENTIALS_SCOPE",
    message:
      "Signing in as an Azure service principal needs a scope, and this agent has none of its own. " +
      "Set scope under [auth_azure_spn] in agent.toml, or DK_AZURE_SCOPE in the environment.",
  });
});

test("an Azure user without any scope is an error too", function* () {
  expect(yield* thrownBy(() => select({ env: AZURE_USER }))).toMatchObject({
    code: "E_CREDENTIALS_SCOPE",
    message:
      "Signing in as an Azure user needs a scope, and this agent has none of its own. " +
      "Set scope under [auth_azure_basic_oauth] in agent.toml, or DK_AZURE_SCOPE in the environment.",
  });
});

test("a configured scope wins over the agent's", function* () {
  const { credentials } = yield* select({ env: { ...SPN, DK_AZURE_SCOPE: "configured" } }, "x/.default");
  expect(credentials).toMatchObject({ settings: { scope: "configured" } });
});

test("file and environment together may complete credentials", function* () {
  const toml = "[auth_username_password]\nagent_username = 'u'";
  const { credentials } = yield* select({ toml, env: { DK_AGENT_PASSWORD: "p" } });
  expect(credentials.kind).toBe("username_password");
  expect(revealed(credentials.settings)).toEqual({ agent_username: "u", agent_password: "p" });
});

test("incomplete credentials are skipped with a warning that names what is missing", function* () {
  const { credentials, log } = yield* select({ env: { DK_AGENT_USERNAME: "u", ...TOKEN } });
  expect(credentials.kind).toBe("api_token");
  expect(log.lines).toMatchObject([
    {
      level: "warn",
      msg: "Incomplete credentials are not used.",
      incomplete: "auth_username_password",
      given: ["agent_username"],
      missing: ["agent_password"],
      used: "auth_api_token",
    },
  ]);
});

test("no warning when all that is given belongs to the credentials used", function* () {
  const { log } = yield* select({ env: { ...AZURE_USER, DK_AZURE_SCOPE: "scope" } });
  expect(log.lines).toEqual([]);
});

test("empty text in the file counts as not given", function* () {
  const toml = "[auth_username_password]\nagent_username = ''\nagent_password = ''";
  const { credentials, log } = yield* select({ toml, env: TOKEN });
  expect(credentials.kind).toBe("api_token");
  expect(log.lines).toEqual([]);
});

test("without complete credentials the error names what would be needed, and what there is", function* () {
  const env = { DK_AGENT_USERNAME: "someone", DK_AZURE_CLIENT_SECRET: "hunter2hunter2" };
  const error = yield* thrownBy(() => select({ env }));
  expect(error).toMatchObject({
    code: "E_CREDENTIALS_NOT_FOUND",
    message: `There are no complete credentials for the monitored tool. Set all keys of one of these:
  [auth_username_password] agent_username (DK_AGENT_USERNAME), agent_password (DK_AGENT_PASSWORD); only agent_username set, not agent_password
  [auth_api_token] agent_token (DK_AGENT_TOKEN)
  [auth_azure_spn] client_id (DK_AZURE_CLIENT_ID), client_secret (DK_AZURE_CLIENT_SECRET), tenant_id (DK_AZURE_TENANT_ID); only client_secret set, not client_id, tenant_id
  [auth_azure_basic_oauth] client_id (DK_AZURE_CLIENT_ID), username (DK_AZURE_USERNAME), password (DK_AZURE_PASSWORD), tenant_id (DK_AZURE_TENANT_ID)`,
  });
});

test("credentials that are wrong rather than incomplete are reported, not skipped", function* () {
  const error = yield* thrownBy(() => select({ env: { DK_AGENT_TOKEN_FILE: "/absent/token", ...SPN } }, "scope"));
  expect(error).toMatchObject({
    code: "E_CONFIGURATION",
    problems: [{ where: "DK_AGENT_TOKEN_FILE", section: "auth_api_token" }],
  });
});

test("the sovereign cloud's sign-in service can be set", function* () {
  const env = { ...SPN, DK_AZURE_AUTHORITY: "https://login.microsoftonline.us" };
  const { credentials } = yield* select({ env }, "scope");
  expect(credentials).toMatchObject({ settings: { authority: "https://login.microsoftonline.us/" } });
});
