import { inspect } from "node:util";
import { spawn, suspend, withResolvers } from "effection";
import {
  type Authenticator,
  type HttpClient,
  useAzureServicePrincipalAuth,
  useAzureUserAuth,
} from "../../../../../framework/http/index.ts";
import { expect, test, thrownBy } from "../../../../../testlib/index.ts";
import { Redactor, RedactorContext, Secret } from "../../../../../toolkit/index.ts";
import { settingsWith, useClient } from "../support/clients.ts";
import { type Answer, answerInTurn, answerJson, answerStatus, useServer } from "../support/servers.ts";

const principal = {
  client_id: "app",
  client_secret: new Secret("s3cr&t"),
  tenant_id: "te/nant",
  scope: "https://tool/.default",
};
const options = { settings: settingsWith({ params: [["not", "here"]] }), env: {} };
const token = (name: string, expires_in: number | string = 3600) => answerJson({ access_token: name, expires_in });

/** The sign-in service, and an authenticator that uses it. */
function* useSignIn(answer: Answer) {
  const service = yield* useServer(answer);
  const auth = yield* useAzureServicePrincipalAuth({ ...principal, authority: service.url }, options);
  return { service, auth };
}

test("an application asks the token endpoint of its tenant", function* () {
  const { service, auth } = yield* useSignIn(token("t1"));
  expect(service.received).toEqual([]); // not before it is needed
  expect(yield* auth.headers()).toEqual({ authorization: "Bearer t1" });
  const [request] = service.received;
  expect(request).toMatchObject({
    method: "POST",
    url: "/te%2Fnant/oauth2/v2.0/token",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
    grant_type: "client_credentials",
    client_id: "app",
    client_secret: "s3cr&t",
    scope: "https://tool/.default",
  });
});

test("a user asks with name and password", function* () {
  const service = yield* useServer(token("t1"));
  const user = {
    client_id: "app",
    tenant_id: "tenant",
    scope: "s",
    username: "me@x.example",
    password: new Secret("p w"),
  };
  const auth = yield* useAzureUserAuth({ ...user, authority: service.url }, options);
  expect(yield* auth.headers()).toEqual({ authorization: "Bearer t1" });
  expect(Object.fromEntries(new URLSearchParams(service.received[0]?.body))).toEqual({
    grant_type: "password",
    client_id: "app",
    scope: "s",
    username: "me@x.example",
    password: "p w",
  });
});

test.each([
  { expires_in: 3600, freshMs: 3_300_000 },
  { expires_in: "3600", freshMs: 3_300_000 },
  { expires_in: 60, freshMs: 30_000 },
])("a token for $expires_in s is replaced after $freshMs ms", function* ({ expires_in, freshMs }, { clock }) {
  const { service, auth } = yield* useSignIn(answerInTurn(token("t1", expires_in), token("t2", expires_in)));
  expect(yield* auth.headers()).toEqual({ authorization: "Bearer t1" });
  yield* clock.advance(freshMs - 1);
  expect(yield* auth.headers()).toEqual({ authorization: "Bearer t1" });
  yield* clock.advance(0);
  expect(service.received.length).toBe(1);
  yield* clock.advance(1);
  expect(yield* auth.headers()).toEqual({ authorization: "Bearer t1" }); // does until the next one is here
  yield* clock.advance(0);
  expect(service.received.length).toBe(2);
  expect(yield* auth.headers()).toEqual({ authorization: "Bearer t2" });
});

test("requests at the same time share one token request, which goes on when the first of them is halted", function* () {
  const asked = withResolvers<void>();
  const letGo = withResolvers<() => void>();
  const { service, auth } = yield* useSignIn((response) => {
    letGo.resolve(() => token("t1")(response));
    asked.resolve();
  });
  const first = yield* spawn(() => auth.headers());
  const second = yield* spawn(() => auth.headers());
  const third = yield* spawn(() => auth.headers());
  yield* asked.operation;
  yield* first.halt();
  (yield* letGo.operation)();
  expect([yield* second, yield* third]).toEqual([{ authorization: "Bearer t1" }, { authorization: "Bearer t1" }]);
  expect(service.received.length).toBe(1);
});

test("the end of the authenticator's scope ends the request, and those who wait get an error", function* () {
  const asked = withResolvers<void>();
  const made = withResolvers<Authenticator>();
  const owner = yield* spawn(function* () {
    made.resolve((yield* useSignIn(() => asked.resolve())).auth);
    yield* suspend();
  });
  const auth = yield* made.operation;
  const waiting = yield* spawn(() => thrownBy(() => auth.headers()));
  yield* asked.operation;
  yield* owner.halt();
  expect(yield* waiting).toMatchObject({ code: "E_HTTP_CLOSED" });
});

test("a refusal says who, where and why in one line, and is asked again only by the next request", function* () {
  const refusal = { error: "invalid_client", error_description: "AADSTS7000215: Invalid secret.\r\nTrace ID: 1\r\n" };
  const { service, auth } = yield* useSignIn(answerInTurn(answerJson(refusal, 401), token("t2")));
  const error = yield* thrownBy(() => auth.headers());
  expect(error).toMatchObject({
    code: "E_AUTH_REFUSED",
    retryable: false,
    message:
      "The sign-in service refused the application app of tenant te/nant (401): invalid_client, AADSTS7000215: Invalid secret. Check its credentials and scope.",
  });
  expect(service.received.length).toBe(1);
  expect(yield* auth.headers()).toEqual({ authorization: "Bearer t2" });
});

test("a refusal in no known shape is told by its status", function* () {
  const { auth } = yield* useSignIn(answerStatus(400, {}, "<html>"));
  expect(yield* thrownBy(() => auth.headers())).toMatchObject({
    code: "E_AUTH_REFUSED",
    message:
      "The sign-in service refused the application app of tenant te/nant (400). Check its credentials and scope.",
  });
});

test("a sign-in service that is busy is asked again", function* ({ clock: _ }) {
  const { service, auth } = yield* useSignIn(answerInTurn(answerStatus(503), answerStatus(429), token("t1")));
  expect(yield* auth.headers()).toEqual({ authorization: "Bearer t1" });
  expect(service.received.length).toBe(3);
});

test("a reply without a token, or a redirect, is an error", function* () {
  const { auth } = yield* useSignIn(
    answerInTurn(answerJson({ expires_in: 1 }), answerStatus(307, { location: "/other" })),
  );
  expect(yield* thrownBy(() => auth.headers())).toMatchObject({ code: "E_REPLY_SHAPE" });
  expect(yield* thrownBy(() => auth.headers())).toMatchObject({ code: "E_HTTP_STATUS", status: 307 });
});

test.each([
  ["a refusal", 401, "E_AUTH_REFUSED"],
  ["an error of the service", 500, "E_HTTP_STATUS"],
] as const)(
  "%s that quotes our secret shows it neither in the error nor in the log",
  function* ([_, status, code], { clock: _clock, log }) {
    log.addSecret("s3cr&t");
    const said = { error: "invalid_client", error_description: "Not valid: s3cr&t", form: "client_secret=s3cr%26t" };
    const { auth } = yield* useSignIn(answerJson(said, status));
    const error = yield* thrownBy(() => auth.headers());
    expect(error).toMatchObject({ code, message: expect.stringContaining("invalid_client, Not valid: **********.") });
    expect(inspect(error, { depth: 9 })).not.toMatch(/s3cr(?:&|%26)t/);
  },
);

test("a service that is overloaded may say so with 400: later it may work", function* () {
  const { auth } = yield* useSignIn(answerJson({ error: "temporarily_unavailable" }, 400));
  const error = yield* thrownBy(() => auth.headers());
  expect(error).toMatchObject({ code: "E_AUTH_REFUSED", retryable: true });
});

test("a login page instead of a token is named for what it is", function* () {
  const { auth } = yield* useSignIn(answerStatus(200, { "content-type": "text/html" }, "<html>Sign in</html>"));
  const message = expect.stringContaining("with an HTML page");
  expect(yield* thrownBy(() => auth.headers())).toMatchObject({ code: "E_REPLY_SHAPE", message });
});

test("tokens are masked in logs as long as they are in use", function* () {
  const redactor = yield* RedactorContext.set(new Redactor());
  const { auth } = yield* useSignIn(answerInTurn(token("token-1"), token("token-2")));
  const first = yield* auth.headers();
  expect(redactor.redact("token-1")).toBe("**********");
  yield* auth.refused?.(first) ?? suspend();
  yield* auth.headers();
  expect([redactor.redact("token-1"), redactor.redact("token-2")]).toEqual(["token-1", "**********"]);
});

/** A tool that takes only the token `t2`. */
function* useTool(auth: Authenticator) {
  const tool = yield* useServer((response, { headers }) => {
    answerJson({}, headers.authorization === "Bearer t2" ? 200 : 401)(response);
  });
  const client: HttpClient = yield* useClient(tool.url, {}, { auth });
  return { tool, client };
}

test("a request that is answered 401 is sent once more, with a new token", function* () {
  const { service, auth } = yield* useSignIn(answerInTurn(token("t1"), token("t2")));
  const { tool, client } = yield* useTool(auth);
  yield* client.postJson("x", { a: 1 });
  yield* client.postJson("x", { a: 2 });
  expect(tool.received.map(({ headers, body }) => [headers.authorization, body])).toEqual([
    ["Bearer t1", '{"a":1}'],
    ["Bearer t2", '{"a":1}'],
    ["Bearer t2", '{"a":2}'],
  ]);
  expect(service.received.length).toBe(2);
});

test("so is one that is answered with what the client takes for a refusal besides", function* () {
  const { service, auth } = yield* useSignIn(answerInTurn(token("t1"), token("t2")));
  const tool = yield* useServer((response, { headers }) => {
    answerJson({}, headers.authorization === "Bearer t2" ? 200 : 403)(response);
  });
  const strict = yield* useClient(tool.url, {}, { auth });
  expect(yield* thrownBy(() => strict.getJson("x"))).toMatchObject({ status: 403 });
  const client = yield* useClient(tool.url, {}, { auth, refusals: new Set([401, 403]) });
  expect(yield* client.getJson("x")).toEqual({});
  expect(service.received.length).toBe(2);
});

test("and not again when that does not help", function* () {
  const { service, auth } = yield* useSignIn(token("t1"));
  const { tool, client } = yield* useTool(auth);
  expect(yield* thrownBy(() => client.getJson("x"))).toMatchObject({ code: "E_HTTP_STATUS", status: 401 });
  expect([tool.received.length, service.received.length]).toEqual([2, 2]);
});

test("several requests that are answered 401 share one new token", function* () {
  const { service, auth } = yield* useSignIn(answerInTurn(token("t1"), token("t2")));
  const { client } = yield* useTool(auth);
  const tasks = [yield* spawn(() => client.getJson("a")), yield* spawn(() => client.getJson("b"))];
  for (const task of tasks) expect(yield* task).toEqual({});
  expect(service.received.length).toBe(2);
});
