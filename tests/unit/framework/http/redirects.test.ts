import { type Authenticator, serviceAccountKeyAuth } from "../../../../framework/http/index.ts";
import { expect, test, thrownBy } from "../../../../testlib/index.ts";
import { Secret } from "../../../../toolkit/index.ts";
import { useClient } from "./support/clients.ts";
import { answerInTurn, answerJson, answerStatus, useServer } from "./support/servers.ts";

test.each([301, 302, 303, 307, 308])("follows %i for GET and HEAD", function* (status) {
  const server = yield* useServer((response, { url }) => {
    if (url.startsWith("/old")) answerStatus(status, { location: "new?x=1" })(response);
    else answerJson({})(response);
  });
  const client = yield* useClient(server.url, { params: [["source", "agent"]] });
  const response = yield* client.request({ method: "GET", path: "/old" });
  yield* client.request({ method: "HEAD", path: "/old" });
  expect(response.url.href).toBe(`${server.url}new?x=1`);
  expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "GET /old?source=agent",
    "GET /new?x=1",
    "HEAD /old?source=agent",
    "HEAD /new?x=1",
  ]);
});

test.each([307, 308])("follows %i for POST with method and body", function* (status) {
  const server = yield* useServer(answerInTurn(answerStatus(status, { location: "/there" }), answerJson({})));
  const client = yield* useClient(server.url);
  yield* client.postJson("here", { a: 1 });
  expect(server.received.map(({ method, url, body }) => [method, url, body])).toEqual([
    ["POST", "/here", '{"a":1}'],
    ["POST", "/there", '{"a":1}'],
  ]);
});

test.each([301, 302, 303])("%i in answer to POST is an error, as it would become a GET", function* (status) {
  const server = yield* useServer(answerStatus(status, { location: "/there?key=s3cret" }));
  const client = yield* useClient(server.url);
  const error = yield* thrownBy(() => client.postJson("here", {}));
  expect(error).toMatchObject({
    code: "E_HTTP_REDIRECT",
    retryable: false,
    message: `POST ${server.url}here was redirected (${status}) to ${server.url}there, which would make the POST a GET; use that address.`,
  });
  expect(server.received.length).toBe(1);
});

test("gives up after 20 redirects", function* () {
  const server = yield* useServer(answerStatus(302, { location: "/again" }));
  const client = yield* useClient(server.url);
  const error = yield* thrownBy(() => client.getJson("x"));
  expect(error).toMatchObject({ code: "E_HTTP_REDIRECT", message: expect.stringContaining("after 20 redirects") });
  expect(server.received.length).toBe(21);
});

test.each(["ftp://files.example/x", "http://["])("does not go to %s", function* (location) {
  const server = yield* useServer(answerStatus(302, { location }));
  const client = yield* useClient(server.url);
  expect(yield* thrownBy(() => client.getJson("x"))).toMatchObject({ code: "E_HTTP_REDIRECT" });
});

test("with follow_redirects = false the redirect is the reply", function* () {
  const server = yield* useServer(answerStatus(302, { location: "/there" }));
  const client = yield* useClient(server.url, { follow_redirects: false });
  const response = yield* client.request({ method: "POST", path: "x", json: {} });
  expect([response.status, response.headers.location]).toEqual([302, "/there"]);
});

test("a redirect without an address is the reply", function* () {
  const server = yield* useServer(answerStatus(304));
  const client = yield* useClient(server.url);
  expect((yield* client.request({ method: "GET", path: "x" })).status).toBe(304);
});

test("takes no secret to another origin, and keeps them within its own", function* () {
  const other = yield* useServer(answerStatus(204));
  const server = yield* useServer(
    answerInTurn(answerStatus(307, { location: "/next" }), answerStatus(307, { location: other.url })),
  );
  const client = yield* useClient(server.url);
  const headers = { authorization: "Bearer x", cookie: "session=1", "x-api-key": "s3cret", accept: "text/plain" };
  yield* client.request({ method: "POST", path: "first", json: {}, headers });
  expect(server.received[0]?.headers).toMatchObject(headers);
  expect(server.received[1]?.headers).toMatchObject(headers);
  expect(Object.keys(other.received[0]?.headers ?? {}).sort()).toEqual([
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "host",
    "user-agent",
  ]);
});

test.each(["GET", "POST"] as const)("a client with credentials takes no %s to another origin", function* (method) {
  const other = yield* useServer(answerStatus(401));
  const location = `${other.url}login?session=s3cret`;
  const server = yield* useServer(
    answerInTurn(answerStatus(308, { location: "/next" }), answerStatus(308, { location })),
  );
  let refusals = 0;
  const auth: Authenticator = {
    ...serviceAccountKeyAuth(new Secret("the-key")),
    *refused() {
      refusals += 1;
      return true;
    },
  };
  const client = yield* useClient(server.url, {}, { auth, baseUrlSetting: "acme_url" });
  const error = yield* thrownBy(() => client.request({ method, path: "x" }));
  expect(error).toMatchObject({
    code: "E_HTTP_REDIRECT",
    retryable: false,
    message: `${method} ${server.url}next was redirected (308) to another server, ${new URL(other.url).origin}, which gets no credentials of ours; if it is the right one, set acme_url to its address.`,
  });
  expect(server.received[1]?.headers).toMatchObject({ serviceaccountauthenticationkey: "the-key" });
  expect([other.received.length, refusals]).toEqual([0, 0]);
});
