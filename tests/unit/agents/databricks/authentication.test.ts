import { useDatabricksAuth } from "../../../../agents/databricks/authentication.ts";
import { acceptedCredentials, databricksConfiguration } from "../../../../agents/databricks/configuration.ts";
import { httpConfiguration } from "../../../../framework/configuration/index.ts";
import { useHttpClient } from "../../../../framework/http/index.ts";
import { lookup } from "../../../../registry/index.ts";
import {
  type DatabricksServer,
  databricksCredentials,
  describe,
  expect,
  type SetUpContexts,
  test,
  thrownBy,
} from "../../../../testlib/index.ts";

type Env = Readonly<Record<string, string>>;

/** Asks for the runs with the credentials that an environment gives. @returns the status */
function* ask(contexts: SetUpContexts, env: Env) {
  yield* contexts(env, [databricksConfiguration], acceptedCredentials);
  const settings = yield* lookup(databricksConfiguration);
  const http = yield* lookup(httpConfiguration);
  const auth = yield* useDatabricksAuth(settings, http);
  const client = yield* useHttpClient({ baseUrl: settings.databricks_host, settings: http, auth });
  return {
    *list() {
      return (yield* client.request({ method: "GET", path: "api/2.1/jobs/runs/list" })).status;
    },
  };
}

const signIns = ({ requests }: DatabricksServer) => requests.filter(({ endpoint }) => endpoint === "sign-in");
const shown = ({ requests }: DatabricksServer) => requests.at(-1)?.authorization;

test.each([
  ["api_token", "Bearer dapi-stand-in-token"],
  ["azure_spn", "Bearer entra-token-1"],
  ["azure_basic_oauth", "Bearer entra-token-1"],
  ["databricks_oauth", "Bearer oauth-token-1"],
] as const)("signs in with %s", function* ([kind, authorization], { databricks, contexts }) {
  const { list } = yield* ask(contexts, databricks.envFor(kind));
  expect(yield* list()).toBe(200);
  expect(shown(databricks)).toBe(authorization);
});

test("signs in with the token when there are a user name and a password, too", function* ({ databricks, contexts }) {
  const env = { ...databricks.envFor("username_password"), ...databricks.envFor("api_token") };
  const { list } = yield* ask(contexts, env);
  yield* list();
  expect(shown(databricks)).toBe("Bearer dapi-stand-in-token");
});

describe("a service principal of Databricks", () => {
  test("goes before a token that is there as well", function* ({ databricks, contexts }) {
    const env = { ...databricks.envFor("api_token"), ...databricks.envFor("databricks_oauth") };
    const { list } = yield* ask(contexts, env);
    yield* list();
    expect(shown(databricks)).toBe("Bearer oauth-token-1");
    expect(signIns(databricks)[0]?.form).toEqual({ grant_type: "client_credentials", scope: "all-apis" });
  });

  test("signs in once for all requests, and again when its token is refused", function* ({ databricks, contexts }) {
    const { list } = yield* ask(contexts, databricks.envFor("databricks_oauth"));
    expect([yield* list(), yield* list(), signIns(databricks).length]).toEqual([200, 200, 1]);
    databricks.auth.revoke();
    expect([yield* list(), shown(databricks), signIns(databricks).length]).toEqual([200, "Bearer oauth-token-2", 2]);
  });

  test("says what to check when it is refused, and not its secret", function* ({ databricks, contexts }) {
    const { clientId } = databricksCredentials;
    const env = { ...databricks.envFor("databricks_oauth"), DK_DATABRICKS_CLIENT_SECRET: "wrong-secret" };
    const { list } = yield* ask(contexts, env);
    const error = yield* thrownBy(list);
    expect(error).toMatchObject({
      code: "E_AUTH_REFUSED",
      message: `Databricks refused the service principal ${clientId} (401): invalid_client. Check databricks_client_id and databricks_client_secret, and that it belongs to the workspace.`,
    });
  });

  test("says what else went wrong", function* ({ databricks, contexts }) {
    databricks.faults.always({ status: 418, body: "{}" }, { endpoint: "sign-in" });
    const { list } = yield* ask(contexts, databricks.envFor("databricks_oauth"));
    expect(yield* thrownBy(list)).toMatchObject({ code: "E_HTTP_STATUS", status: 418 });
  });
});

describe("credentials that are not all there", () => {
  test.each<[string, Env, string]>([
    ["databricks_client_id", { DK_DATABRICKS_CLIENT_ID: "x" }, "databricks_client_secret"],
    ["databricks_client_secret", { DK_DATABRICKS_CLIENT_SECRET: "x" }, "databricks_client_id"],
  ])("%s alone is a mistake, whatever else there is", function* ([there, env, missing], { databricks, contexts }) {
    const error = yield* thrownBy(() => ask(contexts, { ...databricks.envFor("api_token"), ...env }));
    expect(error).toMatchObject({
      code: "E_CONFIGURATION",
      message: `The configuration has a problem:
  missing [databricks] ${missing} is not set, but ${there} is. Set all of databricks_client_id (DK_DATABRICKS_CLIENT_ID), databricks_client_secret (DK_DATABRICKS_CLIENT_SECRET), or none.`,
    });
  });

  test("none that Databricks takes is one too", function* ({ contexts }) {
    const user = { DK_AGENT_USERNAME: "u", DK_AGENT_PASSWORD: "p" };
    const error = yield* thrownBy(() => ask(contexts, { DK_DATABRICKS_HOST: "http://127.0.0.1:1", ...user }));
    const sections = ["databricks", "auth_api_token", "auth_azure_spn", "auth_azure_basic_oauth"];
    const named = (error instanceof Error ? error.message : "").match(/(?<=^ {4}\[)\w+/gm);
    expect([error, named]).toEqual([expect.objectContaining({ code: "E_CONFIGURATION" }), sections]);
  });
});
