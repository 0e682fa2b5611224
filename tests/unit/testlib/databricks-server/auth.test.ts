import type { Operation } from "effection";
import { useCredentials } from "../../../../framework/configuration/index.ts";
import { authenticatorFor, type HttpClient, useHttpClient } from "../../../../framework/http/index.ts";
import {
  azureDatabricksScope,
  type DatabricksServer,
  databricksCredentials,
  databricksFault,
} from "../../../../testlib/databricks-server/index.ts";
import { configurations, describe, expect, suiteClock, test } from "../../../../testlib/index.ts";
import { send } from "../observability-server/client.ts";
import { ask } from "./client.ts";

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
const { username, password, clientId, clientSecret, tenantId } = databricksCredentials;

describe("a request is refused", () => {
  test.each([
    ["without credentials", undefined, "Credential was not sent or was of an unsupported type for this API."],
    ["with others", "Digest abc", "Credential was not sent or was of an unsupported type for this API."],
    ["with a wrong token", "Bearer nonsense", "Invalid access token."],
    ["with a wrong password", basic(username, "nonsense"), "Invalid username or password."],
  ])("%s: 401", function* ([_what, authorization, message], { databricks }) {
    const { status, body } = yield* ask(databricks, "runs/list", {}, { authorization });
    expect([status, body]).toEqual([401, { error_code: "UNAUTHENTICATED", message }]);
  });

  test("with a wrong token: 403, when told to do as the real server does", function* ({ databricks }) {
    databricks.auth.refusal = 403;
    const { status, body } = yield* ask(databricks, "runs/list", {}, { authorization: "Bearer nonsense" });
    expect([status, body]).toEqual([403, { error_code: "403", message: "Invalid access token." }]);
  });

  test("with Basic authentication, when that has been given up", function* ({ databricks }) {
    const asked = () => ask(databricks, "runs/list", {}, { authorization: basic(username, password) });
    expect((yield* asked()).status).toBe(200);
    databricks.auth.allowsBasic = false;
    expect((yield* asked()).status).toBe(401);
  });
});

describe("tokens", () => {
  const statuses = function* (databricks: DatabricksServer, ...tokens: readonly string[]) {
    const found: number[] = [];
    for (const token of tokens)
      found.push((yield* ask(databricks, "runs/list", {}, { authorization: `Bearer ${token}` })).status);
    return found;
  };

  test("are taken until they are revoked, and others from when they are accepted", function* ({ databricks }) {
    const { auth } = databricks;
    expect(yield* statuses(databricks, auth.token, "B")).toEqual([200, 401]);
    auth.accept("B");
    expect(yield* statuses(databricks, auth.token, "B")).toEqual([200, 200]);
    auth.revoke(auth.token);
    expect(yield* statuses(databricks, auth.token, "B")).toEqual([401, 200]);
    auth.revoke();
    expect(yield* statuses(databricks, auth.token, "B")).toEqual([401, 401]);
  });

  test("can be revoked in the middle of a list, by the request for its second page", function* ({ databricks }) {
    const job = databricks.jobs.add();
    for (let run = 0; run < 3; run++) databricks.start(job);
    databricks.faults.next({ revoke: true }, 1, { where: ({ query }) => "page_token" in query });
    const first = yield* ask(databricks, "runs/list", { limit: 2 });
    const second = yield* ask(databricks, "runs/list", { limit: 2, page_token: first.nextToken });
    expect([first.status, second.status]).toEqual([200, 401]);
    databricks.auth.accept(databricks.auth.token);
    expect((yield* ask(databricks, "runs/list", { limit: 2, page_token: first.nextToken })).runs).toHaveLength(1);
  });

  test("that were issued are good for an hour", { clock: suiteClock }, function* ({ clock, databricks }) {
    const token = databricks.auth.issue("test");
    yield* clock.advance(3_600_000 - 1);
    expect(yield* statuses(databricks, token)).toEqual([200]);
    yield* clock.advance(1);
    const { body } = yield* ask(databricks, "runs/list", {}, { authorization: `Bearer ${token}` });
    expect(body).toMatchObject({ message: "Access token is expired." });
  });
});

/** A client as an agent has it, with what the environment gives it. */
function* useClient(databricks: DatabricksServer): Operation<HttpClient> {
  const credentials = yield* useCredentials();
  const settings = configurations.http.with({ retries: 0 }).valid;
  const auth = yield* authenticatorFor(credentials, { settings, env: {} });
  return yield* useHttpClient({ baseUrl: databricks.url, settings, auth, env: {} });
}

describe("the framework's own credentials lead in", () => {
  test.each(["username_password", "api_token", "azure_spn", "azure_basic_oauth"] as const)(
    "%s",
    function* (kind, { databricks, contexts }) {
      yield* contexts(databricks.envFor(kind), [], { kinds: [kind], azureScope: azureDatabricksScope });
      const http = yield* useClient(databricks);
      expect(yield* http.getJson("api/2.1/jobs/runs/list")).toEqual({ has_more: false });
      const isAzure = kind.startsWith("azure");
      expect(databricks.requests.map(({ endpoint }) => endpoint)).toEqual(
        isAzure ? ["sign-in", "runs/list"] : ["runs/list"],
      );
      expect(databricks.auth.issued).toBe(isAzure ? 1 : 0);
    },
  );

  test("and get another token when theirs is revoked", function* ({ databricks, contexts }) {
    yield* contexts(databricks.envFor("azure_spn"), [], { kinds: ["azure_spn"], azureScope: azureDatabricksScope });
    const http = yield* useClient(databricks);
    yield* http.getJson("api/2.1/jobs/runs/list");
    databricks.auth.revoke();
    expect(yield* http.getJson("api/2.1/jobs/runs/list")).toEqual({ has_more: false });
    expect(databricks.requests.map(({ endpoint, status }) => [endpoint, status])).toEqual([
      ["sign-in", 200],
      ["runs/list", 200],
      ["runs/list", 401],
      ["sign-in", 200],
      ["runs/list", 200],
    ]);
  });
});

describe("the sign-in service", () => {
  const entra = `entra/${tenantId}/oauth2/v2.0/token`;
  const client = { client_id: clientId, scope: azureDatabricksScope };
  const application = { ...client, grant_type: "client_credentials", client_secret: clientSecret };
  const user = { ...client, grant_type: "password", username, password };

  function* signIn(databricks: DatabricksServer, path: string, form: Record<string, string>, authorization?: string) {
    const { status, text } = yield* send(databricks, {
      path,
      body: new URLSearchParams(form).toString(),
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        ...(authorization !== undefined && { authorization }),
      },
    });
    return { status, body: JSON.parse(text) };
  }

  test("of Microsoft gives tokens to the application and the user", function* ({ databricks }) {
    for (const form of [application, user]) {
      const { status, body } = yield* signIn(databricks, entra, form);
      expect([status, body]).toEqual([
        200,
        { access_token: expect.any(String), token_type: "Bearer", expires_in: 3_600 },
      ]);
      const authorization = `Bearer ${body.access_token}`;
      expect((yield* ask(databricks, "runs/list", {}, { authorization })).status).toBe(200);
    }
    expect(databricks.requests[0]).toMatchObject({ endpoint: "sign-in", form: application });
  });

  test.each([
    [entra, { ...application, client_secret: "x" }, 401, "invalid_client", "AADSTS7000215"],
    [entra, { ...application, client_id: "x" }, 400, "unauthorized_client", "AADSTS700016"],
    [entra, { ...application, scope: "x" }, 400, "invalid_scope", "AADSTS70011"],
    [entra, { ...application, grant_type: "x" }, 400, "unsupported_grant_type", "AADSTS70003"],
    [entra, { ...user, password: "x" }, 400, "invalid_grant", "AADSTS50126"],
    ["entra/elsewhere/oauth2/v2.0/token", application, 400, "invalid_request", "AADSTS90002"],
  ] as const)("of Microsoft refuses: %s %j", function* ([path, form, status, error, code], { databricks }) {
    const answer = yield* signIn(databricks, path, form);
    expect(answer).toEqual({ status, body: { error, error_description: expect.stringContaining(`${code}: `) } });
    expect(databricks.auth.issued).toBe(0);
  });

  test("of Databricks gives tokens to the service principal", function* ({ databricks }) {
    const form = { grant_type: "client_credentials", scope: "all-apis" };
    const { status, body } = yield* signIn(databricks, "oidc/v1/token", form, basic(clientId, clientSecret));
    expect([status, body]).toEqual([
      200,
      { access_token: expect.any(String), token_type: "Bearer", expires_in: 3_600, scope: "all-apis" },
    ]);
    const authorization = `Bearer ${body.access_token}`;
    expect((yield* ask(databricks, "runs/list", {}, { authorization })).status).toBe(200);
  });

  test.each([
    [{ grant_type: "client_credentials", scope: "all-apis" }, basic(clientId, "x"), 401, "invalid_client"],
    [{ grant_type: "password", scope: "all-apis" }, basic(clientId, clientSecret), 400, "unsupported_grant_type"],
    [{ grant_type: "client_credentials", scope: "sql" }, basic(clientId, clientSecret), 400, "invalid_scope"],
  ] as const)("of Databricks refuses: %j", function* ([form, authorization, status, error], { databricks }) {
    const answer = yield* signIn(databricks, "oidc/v1/token", form, authorization);
    expect(answer).toEqual({ status, body: { error, error_description: expect.any(String) } });
  });

  test("meets only faults that are meant for it", function* ({ databricks }) {
    databricks.faults.next(databricksFault.tooManyRequests(1));
    databricks.faults.next({ status: 503 }, 1, { endpoint: "sign-in" });
    const first = yield* signIn(databricks, entra, application);
    expect([first.status, (yield* signIn(databricks, entra, application)).status]).toEqual([503, 200]);
    expect((yield* ask(databricks, "runs/list")).status).toBe(429);
  });
});

test("says which environment variables lead an agent here", function* ({ databricks }) {
  expect(databricks.env).toEqual({ DK_DATABRICKS_HOST: databricks.url, DK_AGENT_TOKEN: databricks.auth.token });
  expect(databricks.envFor("databricks_oauth")).toEqual({
    DK_DATABRICKS_HOST: databricks.url,
    DK_DATABRICKS_CLIENT_ID: clientId,
    DK_DATABRICKS_CLIENT_SECRET: clientSecret,
  });
});
