import { brotliCompressSync, gzipSync } from "node:zlib";
import { scoped, spawn, suspend, until, withResolvers } from "effection";
import { MockAgent } from "undici";
import { type HttpClient, tokenAuth } from "../../../../framework/http/index.ts";
import { expect, test, thrownBy } from "../../../../testlib/index.ts";
import { Secret } from "../../../../toolkit/index.ts";
import { useClient } from "./support/clients.ts";
import { answerJson, answerStatus, type ReceivedRequest, useServer } from "./support/servers.ts";

test("joins paths to the base URL as RFC 3986 says, a missing slash at its end added", function* () {
  const server = yield* useServer(answerJson({}));
  const client = yield* useClient(`${server.url}api`);
  expect(client.baseUrl).toBe(`${server.url}api/`);
  for (const path of ["v1/runs", "./v1", "../other", "/root", "?page=2"]) yield* client.getJson(path);
  expect(server.received.map(({ url }) => url)).toEqual(["/api/v1/runs", "/api/v1", "/other", "/root", "/api/?page=2"]);
});

test("never sends its credentials to another origin, whatever the path", function* () {
  const server = yield* useServer(answerJson({}));
  const client = yield* useClient(server.url);
  for (const path of ["https://elsewhere.example/x", "//elsewhere.example/x", "http://["]) {
    const error = yield* thrownBy(() => client.getJson(path));
    expect(error).toMatchObject({ code: "E_HTTP_REQUEST", retryable: false });
  }
  expect(server.received).toEqual([]);
});

test("adds the configured params and the query to what the path has", function* () {
  const server = yield* useServer(answerJson({}));
  const client = yield* useClient(server.url, {
    params: [
      ["source", "agent"],
      ["tag", "a b"],
      ["tag", "c"],
    ],
  });
  const query = { since: 5n, ids: ["x", "y"], gone: undefined, none: null, at: "2024-05-01T00:00:00+00:00" };
  yield* client.getJson("runs?page=1", { query });
  yield* client.postJson("runs", {});
  expect(server.received.map(({ url }) => url)).toEqual([
    "/runs?page=1&since=5&ids=x&ids=y&at=2024-05-01T00%3A00%3A00%2B00%3A00&source=agent&tag=a%20b&tag=c",
    "/runs?source=agent&tag=a%20b&tag=c",
  ]);
});

test("sends JSON, forms and bytes with the headers that belong to them", function* () {
  const server = yield* useServer(answerStatus(204));
  const client = yield* useClient(server.url);
  yield* client.postJson("json", { text: "ü", gone: undefined });
  yield* client.request({ method: "POST", path: "form", form: { a: "1 2", b: "&" } });
  yield* client.request({ method: "PUT", path: "raw", body: "plain", headers: { "content-type": "text/plain" } });
  const seen = ({ method, url, body, headers }: ReceivedRequest) => [method, url, headers["content-type"], body];
  expect(server.received.map(seen)).toEqual([
    ["POST", "/json", "application/json", '{"text":"ü"}'],
    ["POST", "/form", "application/x-www-form-urlencoded", "a=1+2&b=%26"],
    ["PUT", "/raw", "text/plain", "plain"],
  ]);
});

test("sends each request's own headers, also when the caller changes the same object, or freezes it", function* () {
  const server = yield* useServer(answerStatus(204));
  const auth: Record<string, string> = { authorization: "first" };
  const authenticator = {
    *headers() {
      return auth;
    },
  };
  const client = yield* useClient(server.url, {}, { auth: authenticator });
  const own: Record<string, string> = { "x-number": "1" };
  const post = (headers: Readonly<Record<string, string>>) =>
    client.request({ method: "POST", path: "x", body: "{}", headers });
  yield* post(own);
  own["x-number"] = "2";
  yield* post(own);
  own["x-number"] = "3";
  Object.freeze(own);
  yield* post(own);
  auth["authorization"] = "second";
  Object.freeze(auth);
  yield* post(own);
  yield* post(own);
  yield* client.request({ method: "POST", path: "x", json: {}, headers: own });
  const seen = server.received.map(({ headers }) => [
    headers.authorization,
    headers["x-number"],
    headers["content-type"],
  ]);
  expect(seen).toEqual([
    ["first", "1", undefined],
    ["first", "2", undefined],
    ["first", "3", undefined],
    ["second", "3", undefined],
    ["second", "3", undefined],
    ["second", "3", "application/json"],
  ]);
});

test.each([true, false])("a header is sent once, whatever the case of its name (frozen: %s)", function* (isFrozen) {
  const server = yield* useServer(answerStatus(204));
  const headers = { Authorization: "own", Accept: "text/plain", "Content-Type": "text/csv", "Content-Length": "7" };
  const client = yield* useClient(server.url, {}, { auth: tokenAuth(new Secret("theirs")) });
  if (isFrozen) Object.freeze(headers);
  for (let i = 0; i < 2; i++) yield* client.request({ method: "POST", path: "x", json: {}, headers });
  for (const { rawHeaders } of server.received) {
    const sent = rawHeaders.map((text) => text.toLowerCase());
    expect(
      sent.filter((text) => text === "authorization" || text === "accept" || text === "content-type"),
    ).toHaveLength(3);
  }
  expect(server.received[1]?.headers).toMatchObject({
    authorization: "own",
    accept: "text/plain",
    "content-type": "text/csv",
    "content-length": "2",
  });
});

test("sends a body of megabytes as it is", function* () {
  const server = yield* useServer(answerJson({}));
  const client = yield* useClient(server.url);
  const text = "0123456789abcdef".repeat(200_000);
  yield* client.request({ method: "POST", path: "upload", body: text });
  expect(server.received[0]?.headers["content-length"]).toBe("3200000");
  expect(server.received[0]?.body).toBe(text);
});

test("reads JSON without losing digits of 64-bit ids", function* () {
  const server = yield* useServer(answerStatus(200, {}, '\uFEFF{"id": 9223372036854775807, "n": 1}'));
  const client = yield* useClient(server.url);
  expect(yield* client.getJson("run")).toEqual({ id: 9223372036854775807n, n: 1 });
});

test("an empty reply is undefined as JSON", function* () {
  const server = yield* useServer(answerStatus(204));
  const client = yield* useClient(server.url);
  expect(yield* client.postJson("events", {})).toBeUndefined();
});

test("unpacks what it said it accepts", function* () {
  const server = yield* useServer((response) => {
    response.writeHead(200, { "content-encoding": "gzip" });
    response.end(gzipSync('{"packed": true}'));
  });
  const client = yield* useClient(server.url);
  expect(yield* client.getJson("x")).toEqual({ packed: true });
  expect(server.received[0]?.headers["accept-encoding"]).toBe("gzip, br");
});

test.each([{ encodings: "gzip, br" }, { encodings: ["gzip", "br"] }])(
  "unpacks what is packed twice: %o",
  function* ({ encodings }) {
    const server = yield* useServer((response) => {
      response.setHeader("content-encoding", encodings);
      response.end(brotliCompressSync(gzipSync('{"packed": true}')));
    });
    const client = yield* useClient(server.url);
    expect(yield* client.getJson("x")).toEqual({ packed: true });
  },
);

test("says that a packed body is damaged, or packed in a way it does not know", function* () {
  const server = yield* useServer((response, { url }) => {
    response.writeHead(200, { "content-encoding": url.slice(1) });
    response.end("not packed");
  });
  const client = yield* useClient(server.url);
  const get = (path: string) => thrownBy(() => client.request({ method: "GET", path }));
  expect(yield* get("gzip")).toMatchObject({
    code: "E_HTTP_BROKEN",
    retryable: true,
    message: `GET ${server.url}gzip: the reply's gzip body is damaged.`,
  });
  expect(yield* get("compress")).toMatchObject({
    code: "E_REPLY_SHAPE",
    retryable: false,
    message: `GET ${server.url}compress: the reply has an unknown Content-Encoding, "compress".`,
  });
  expect((yield* client.request({ method: "GET", path: "identity" })).text()).toBe("not packed");
});

test("names a status that is not 2xx, the request and what the server said, and no secret", function* () {
  const server = yield* useServer(answerStatus(404, {}, "x".repeat(600)));
  const client = yield* useClient(server.url, { params: [["api_key", "s3cret"]] });
  const error = yield* thrownBy(() => client.getJson("runs", { query: { page: 2 } }));
  expect(error).toMatchObject({
    code: "E_HTTP_STATUS",
    status: 404,
    retryable: false,
    retryAfterMs: undefined,
    message: `GET ${server.url}runs?page=…&api_key=… answered 404: ${"x".repeat(499)}…`,
  });
});

test("a reply that is no JSON is named for what it is", function* () {
  const server = yield* useServer(answerStatus(200, { "content-type": "text/html" }, "<html>Sign in</html>"));
  const client = yield* useClient(server.url);
  const error = yield* thrownBy(() => client.getJson("runs"));
  expect(error).toMatchObject({
    code: "E_REPLY_SHAPE",
    retryable: false,
    message: `GET ${server.url}runs answered 200 with an HTML page (a login page or a proxy's?) instead of JSON.`,
  });
});

test("a reply beyond the limit is an error, announced or not, packed or not", function* () {
  const packed = gzipSync("x".repeat(200));
  const server = yield* useServer((response, { url }) => {
    if (url === "/announced") response.writeHead(200, { "content-length": "101" });
    if (url === "/packed") response.writeHead(200, { "content-encoding": "gzip" });
    if (url === "/fits") response.end("x".repeat(100));
    else if (url === "/packed") response.end(packed);
    else response.write("x".repeat(101));
  });
  const client = yield* useClient(server.url, {}, { maxResponseBytes: 100 });
  for (const path of ["announced", "unannounced", "packed"]) {
    const error = yield* thrownBy(() => client.request({ method: "GET", path }));
    expect(error).toMatchObject({ code: "E_HTTP_TOO_LARGE", retryable: false });
  }
  expect((yield* client.request({ method: "GET", path: "fits" })).body.length).toBe(100);
});

test("a connection that breaks in the middle of a reply is an error to be retried", function* () {
  const server = yield* useServer((response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("half", () => response.destroy());
  });
  const client = yield* useClient(server.url);
  const error = yield* thrownBy(() => client.request({ method: "GET", path: "x" }));
  expect(error).toMatchObject({ code: "E_HTTP_BROKEN", retryable: true, cause: expect.any(Error) });
});

test("a header that cannot be sent is an error that does not show it", function* () {
  const server = yield* useServer(answerStatus(204));
  const client = yield* useClient(server.url);
  const error = yield* thrownBy(() => client.request({ method: "GET", path: "x", headers: { token: "s3c\nret" } }));
  expect(error).toMatchObject({
    code: "E_HTTP_REQUEST",
    message: `GET ${server.url}x cannot be sent: invalid token header.`,
  });
});

test("a halt ends the request on the wire, and the connection with it", function* () {
  const reached = withResolvers<void>();
  const closed = withResolvers<void>();
  const server = yield* useServer((response) => {
    response.on("close", () => closed.resolve());
    reached.resolve();
  });
  const client = yield* useClient(server.url, { max_total_connections: 1 });
  const task = yield* spawn(() => client.request({ method: "GET", path: "slow" }));
  yield* reached.operation;
  yield* task.halt();
  yield* closed.operation;
  expect(server.sockets.size).toBe(0);
});

test("the end of the scope ends all connections and all requests", function* () {
  const reached = withResolvers<void>();
  const server = yield* useServer(() => reached.resolve());
  const opened = withResolvers<HttpClient>();
  const owner = yield* spawn(function* () {
    opened.resolve(yield* useClient(server.url, { max_total_connections: 1 }));
    yield* suspend();
  });
  const client = yield* opened.operation;
  const outcomes = yield* spawn(function* () {
    const waiting = yield* spawn(() => thrownBy(() => client.request({ method: "GET", path: "b" })));
    const running = yield* spawn(() => thrownBy(() => client.request({ method: "GET", path: "a" })));
    return [yield* running, yield* waiting];
  });
  yield* reached.operation;
  yield* owner.halt();
  const closed = { code: "E_HTTP_CLOSED", retryable: false };
  expect(yield* outcomes).toEqual([expect.objectContaining(closed), expect.objectContaining(closed)]);
  expect(yield* thrownBy(() => client.request({ method: "GET", path: "c" }))).toMatchObject(closed);
});

test("an injected dispatcher takes the requests, and outlives the client", function* () {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const tool = agent.get("https://tool.example");
  tool.intercept({ path: "/api/runs?page=2", method: "GET" }).reply(200, { runs: [] }).times(2);
  for (let round = 0; round < 2; round++) {
    yield* scoped(function* () {
      const client = yield* useClient("https://tool.example/api", {}, { dispatcher: agent });
      expect(yield* client.getJson("runs", { query: { page: 2 } })).toEqual({ runs: [] });
    });
  }
  agent.assertNoPendingInterceptors();
  yield* until(agent.close());
});

test("a request that an injected dispatcher does not know fails, and takes no place from others", function* () {
  const agent = new MockAgent();
  agent.disableNetConnect();
  agent.get("https://tool.example").intercept({ path: "/known" }).reply(204);
  const client = yield* useClient("https://tool.example", { max_total_connections: 1 }, { dispatcher: agent });
  const error = yield* thrownBy(() => client.request({ method: "GET", path: "unknown" }));
  expect(error).toMatchObject({ message: expect.stringContaining("/unknown") });
  expect((yield* client.request({ method: "GET", path: "known" })).status).toBe(204);
  yield* until(agent.close());
});
