import { authenticatorFor } from "../../../../../framework/http/index.ts";
import { expect, test } from "../../../../../testlib/index.ts";
import { Secret } from "../../../../../toolkit/index.ts";
import { settingsWith } from "../support/clients.ts";
import { answerJson, useServer } from "../support/servers.ts";

const options = { settings: settingsWith(), env: {} };

test.each([
  {
    credentials: { kind: "username_password", settings: { agent_username: "me", agent_password: new Secret("pw") } },
    authorization: "Basic bWU6cHc=",
  },
  { credentials: { kind: "api_token", settings: { agent_token: new Secret("tok") } }, authorization: "Bearer tok" },
] as const)("$credentials.kind becomes $authorization", function* ({ credentials, authorization }) {
  const auth = yield* authenticatorFor(credentials, options);
  expect(yield* auth.headers()).toEqual({ authorization });
});

test.each([
  ["azure_spn", "client_credentials"],
  ["azure_basic_oauth", "password"],
] as const)("%s signs in with the grant %s", function* ([kind, grant]) {
  const service = yield* useServer(answerJson({ access_token: "t1", expires_in: 3600 }));
  const application = { client_id: "app", tenant_id: "tenant", scope: "s", authority: service.url };
  const secrets = { client_secret: new Secret("cs"), username: "me", password: new Secret("pw") };
  const auth = yield* authenticatorFor({ kind, settings: { ...application, ...secrets } }, options);
  expect(yield* auth.headers()).toEqual({ authorization: "Bearer t1" });
  expect(new URLSearchParams(service.received[0]?.body).get("grant_type")).toBe(grant);
});
