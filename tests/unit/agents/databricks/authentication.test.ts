import type { Operation } from "effection";
import { useDatabricksAuth } from "../../../../agents/databricks/authentication.ts";
import { databricksConfiguration } from "../../../../agents/databricks/configuration.ts";
import { httpConfiguration } from "../../../../framework/configuration/index.ts";
import { useHttpClient } from "../../../../framework/http/index.ts";
import { lookup } from "../../../../registry/index.ts";
import {
  type DatabricksServer,
  databricksCredentials,
  describe,
  expect,
  test,
  thrownBy,
} from "../../../../testlib/index.ts";

type Env = Readonly<Record<string, string>>;
type SetUp = (env: Env, sections: readonly (typeof databricksConfiguration)[]) => Operation<unknown>;

/** Asks for the runs with the credentials that an environment gives. @returns the status */
function* ask(contexts: SetUp, env: Env) {
  yield* contexts(env, [databricksConfiguration]);
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
  ])("%s alone is a mistake", function* ([there, env, missing], { contexts }) {
    const error = yield* thrownBy(() => ask(contexts, { DK_DATABRICKS_HOST: "http://127.0.0.1:1", ...env }));
    expect(error).toMatchObject({
      code: "E_CREDENTIALS_INCOMPLETE",
      message: `[databricks] has ${there}, but no ${missing}: set both, or neither.`,
    });
  });

  test("none at all is one too", function* ({ contexts }) {
    const error = yield* thrownBy(() => ask(contexts, { DK_DATABRICKS_HOST: "http://127.0.0.1:1" }));
    expect(error).toMatchObject({ code: "E_CREDENTIALS_NOT_FOUND" });
  });
});
