import { createServer } from "node:net";
import { spawn, withResolvers } from "effection";
import { expect, test, thrownBy } from "../../../../../testlib/index.ts";
import { useClient } from "../support/clients.ts";
import { useProxy } from "../support/proxy.ts";
import { answerJson, answerStatus, CA_FILE, useSecureServer, useServer, useSockets } from "../support/servers.ts";

test("hands http requests to HTTP_PROXY whole, over one connection", function* () {
  const server = yield* useServer(answerJson({}));
  const proxy = yield* useProxy();
  const client = yield* useClient(`${server.url}api/`, {}, { env: { HTTP_PROXY: proxy.url } });
  yield* client.getJson("runs", { query: { page: 1 } });
  yield* client.postJson("events", { a: 1 });
  expect(proxy.asked).toEqual([`GET ${server.url}api/runs?page=1`, `POST ${server.url}api/events`]);
  expect(server.received.map(({ url, body, headers }) => [url, body, headers.host])).toEqual([
    ["/api/runs?page=1", "", `127.0.0.1:${server.port}`],
    ["/api/events", '{"a":1}', `127.0.0.1:${server.port}`],
  ]);
});

test("opens a tunnel for https requests through HTTPS_PROXY, and speaks TLS with the server itself", function* () {
  const server = yield* useSecureServer(answerJson({ secure: true }));
  const proxy = yield* useProxy();
  const env = { HTTPS_PROXY: proxy.url, HTTP_PROXY: "http://not-used.invalid" };
  const client = yield* useClient(server.url, { ssl_cert_file: CA_FILE }, { env });
  expect(yield* client.getJson("a")).toEqual({ secure: true });
  expect(yield* client.getJson("b")).toEqual({ secure: true });
  expect(proxy.asked).toEqual([`CONNECT 127.0.0.1:${server.port}`]);
});

test("signs in at the proxy with the name and password of its URL, and shows them to nobody else", function* () {
  const [server, secure] = [yield* useServer(answerJson({})), yield* useSecureServer(answerJson({}))];
  const proxy = yield* useProxy();
  const url = proxy.url.replace("http://", "http://me:s%40cret@");
  const env = { HTTP_PROXY: url, HTTPS_PROXY: url };
  yield* (yield* useClient(server.url, {}, { env })).getJson("x");
  yield* (yield* useClient(secure.url, { ssl_cert_file: CA_FILE }, { env })).getJson("x");
  const basic = `Basic ${Buffer.from("me:s@cret").toString("base64")}`;
  expect(proxy.asked).toEqual([`GET ${server.url}x ${basic}`, `CONNECT 127.0.0.1:${secure.port} ${basic}`]);
  expect(secure.received[0]?.headers).not.toHaveProperty("proxy-authorization");
});

test("NO_PROXY names servers that are asked directly", function* () {
  const server = yield* useServer(answerJson({}));
  const env = { HTTP_PROXY: "http://127.0.0.1:1", NO_PROXY: "other.example, 127.0.0.1" };
  const client = yield* useClient(server.url, {}, { env });
  expect(yield* client.getJson("x")).toEqual({});
});

test.each([
  { status: 407, retryable: false, hint: " Put user name and password into the proxy's URL." },
  { status: 503, retryable: true, hint: "" },
])("says that the proxy answered $status to the wish for a tunnel", function* ({ status, retryable, hint }) {
  const proxy = yield* useProxy(status);
  const client = yield* useClient("https://tool.example/", { retries: 0 }, { env: { https_proxy: proxy.url } });
  const error = yield* thrownBy(() => client.request({ method: "GET", path: "x" }));
  expect(error).toMatchObject({
    code: "E_HTTP_PROXY",
    retryable,
    message: `Connecting to https://tool.example through ${proxy.url.slice(0, -1)}: the proxy answered ${status}.${hint}`,
  });
});

test("a proxy that is not there is a connect error that names it", function* () {
  const env = { https_proxy: "http://user:s3cret@127.0.0.1:1" };
  const client = yield* useClient("https://tool.example/", { retries: 0 }, { env });
  const error = yield* thrownBy(() => client.request({ method: "GET", path: "x" }));
  expect(error).toMatchObject({
    code: "E_HTTP_CONNECT",
    message:
      "Cannot connect to https://tool.example (proxy http://127.0.0.1:1): connect ECONNREFUSED 127.0.0.1:1 (1 attempt).",
  });
});

test("a proxy that never answers runs into connection_timeout", function* ({ clock }) {
  const { port } = yield* useSockets(createServer());
  const env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
  const client = yield* useClient("https://tool.example/", { retries: 0, connection_timeout: 10 }, { env });
  const started = clock.now();
  const error = yield* thrownBy(() => client.request({ method: "GET", path: "x" }));
  expect(clock.now() - started).toBe(10_000);
  expect(error).toMatchObject({ code: "E_HTTP_TIMEOUT", kind: "connect" });
});

test("a halt ends the wish for a tunnel", function* ({ clock }) {
  const reached = withResolvers<void>();
  const proxy = yield* useSockets(createServer((socket) => socket.on("data", () => reached.resolve())));
  const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
  const client = yield* useClient("https://tool.example/", {}, { env });
  const task = yield* spawn(() => client.request({ method: "GET", path: "x" }));
  yield* reached.operation;
  yield* task.halt();
  yield* clock.advance(60_000);
  expect(proxy.sockets.size).toBe(0);
});

test("says that the proxy answered 407 to a request it was to hand on", function* () {
  const proxy = yield* useServer(answerStatus(407, {}, "who are you?"));
  const client = yield* useClient("http://tool.example/", {}, { env: { HTTP_PROXY: proxy.url } });
  expect(yield* thrownBy(() => client.request({ method: "GET", path: "x" }))).toMatchObject({
    code: "E_HTTP_PROXY",
    retryable: false,
    message: "GET http://tool.example/x: the proxy answered 407. Put user name and password into the proxy's URL.",
  });
});

test("a server that breaks off the TLS handshake in a tunnel is an error after all attempts", function* () {
  const server = yield* useSockets(createServer((socket) => socket.destroy()));
  const proxy = yield* useProxy();
  const client = yield* useClient(
    `https://127.0.0.1:${server.port}/`,
    { retries: 1 },
    { env: { HTTPS_PROXY: proxy.url } },
  );
  const error = yield* thrownBy(() => client.request({ method: "GET", path: "x" }));
  expect(error).toMatchObject({ code: "E_HTTP_CONNECT", message: expect.stringContaining("(2 attempts)") });
  expect(proxy.asked.length).toBe(2);
});

test.each([
  ["another protocol", { HTTP_PROXY: "socks5://me:s3cret@proxy" }, "HTTP_PROXY"],
  ["no host", { HTTP_PROXY: "http://me:s3cret@:bad" }, "HTTP_PROXY"],
  ["a path", { https_proxy: "http://me:s3cret@proxy:3128/path" }, "https_proxy"],
  ["a password that is not encoded", { ALL_PROXY: "http://me:s3cret%zz@proxy:3128" }, "ALL_PROXY"],
] as const)("a proxy variable with %s is a wrong setting, and not shown", function* ([, env, name]) {
  const error = yield* thrownBy(() => useClient("http://tool.example/", {}, { env }));
  expect(error).toMatchObject({
    code: "E_HTTP_PROXY_URL",
    retryable: false,
    message: expect.stringMatching(`^${name} in the environment is not the URL of an HTTP proxy`),
  });
  expect(String(error)).not.toContain("s3cret");
});
