import { createSecureServer } from "node:http2";
import { spawn } from "effection";
import { expect, test, thrownBy } from "../../../../../testlib/index.ts";
import { useClient } from "../support/clients.ts";
import {
  answerStatus,
  CA_FILE,
  ELSEWHERE,
  ELSEWHERE_FILE,
  LOCALHOST,
  useSecureServer,
  useServer,
  useSockets,
} from "../support/servers.ts";

test("a certificate that nobody vouches for is refused at once, with a hint", function* () {
  const server = yield* useSecureServer(answerStatus(204));
  const client = yield* useClient(server.url);
  const error = yield* thrownBy(() => client.getJson("x"));
  expect(error).toMatchObject({
    code: "E_HTTP_TLS",
    retryable: false,
    message: expect.stringMatching(
      /^No secure connection to https:\/\/127\.0\.0\.1:\d+: unable to verify the first certificate.* Set ssl_cert_file to the CA that signed it; ssl_verify = false turns the check off\.$/,
    ),
    cause: { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" },
  });
  expect(server.accepted).toBe(1);
});

test("ssl_cert_file says whom to trust", function* () {
  const server = yield* useSecureServer(answerStatus(204));
  const client = yield* useClient(server.url, { ssl_cert_file: CA_FILE });
  expect((yield* client.request({ method: "GET", path: "x" })).status).toBe(204);
});

test("a certificate for another host is refused, though trusted", function* () {
  const server = yield* useSecureServer(answerStatus(204), ELSEWHERE);
  const client = yield* useClient(server.url, { ssl_cert_file: ELSEWHERE_FILE });
  const error = yield* thrownBy(() => client.request({ method: "GET", path: "x" }));
  expect(error).toMatchObject({
    code: "E_HTTP_TLS",
    retryable: false,
    cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" },
  });
  expect(server.accepted).toBe(1);
});

test.each([CA_FILE, "/does/not/exist.pem"])(
  "ssl_verify = false accepts anybody, whatever ssl_cert_file is (%s)",
  function* (file) {
    const server = yield* useSecureServer(answerStatus(204));
    const client = yield* useClient(server.url, { ssl_verify: false, ssl_cert_file: file });
    expect((yield* client.request({ method: "GET", path: "x" })).status).toBe(204);
  },
);

test.each(["/does/not/exist.pem", new URL(import.meta.url).pathname])(
  "an ssl_cert_file without certificates is an error when the client is made (%s)",
  function* (file) {
    const error = yield* thrownBy(() => useClient("https://localhost/", { ssl_cert_file: file }));
    expect(error).toMatchObject({
      code: "E_HTTP_CA_FILE",
      message: `ssl_cert_file "${file}" cannot be used; give the path of a file of CA certificates in PEM format.`,
      cause: expect.any(Error),
    });
  },
);

test("a server that does not speak TLS is an error to be retried", function* () {
  const server = yield* useServer(answerStatus(204));
  const client = yield* useClient(`https://127.0.0.1:${server.port}/`, { retries: 0 });
  const error = yield* thrownBy(() => client.request({ method: "GET", path: "x" }));
  expect(error).toMatchObject({ code: "E_HTTP_TLS", retryable: true });
});

test("an address that speaks plain HTTP is named for that", function* () {
  const server = yield* useServer(answerStatus(204));
  const client = yield* useClient(`https://127.0.0.1:${server.port}/`, { retries: 0 });
  expect(yield* thrownBy(() => client.getJson("x"))).toMatchObject({
    code: "E_HTTP_TLS",
    message: `No secure connection to https://127.0.0.1:${server.port}: wrong version number. What is there does not speak TLS; if it speaks HTTP, use http://127.0.0.1:${server.port}.`,
  });
});

test.each([
  { http2: true, version: "2.0" },
  { http2: false, version: "1.1" },
])("with http2 = $http2 it speaks HTTP/$version to a server that can do both", function* ({ http2, version }) {
  const versions: string[] = [];
  const server = createSecureServer({ ...LOCALHOST, allowHTTP1: true }, (request, response) => {
    versions.push(request.httpVersion);
    request.resume();
    request.on("end", () => response.end("{}"));
  });
  const { port, count } = yield* useSockets(server);
  const client = yield* useClient(`https://127.0.0.1:${port}/`, { http2, ssl_cert_file: CA_FILE });
  const tasks = [yield* spawn(() => client.getJson("a")), yield* spawn(() => client.postJson("b", { b: 1 }))];
  for (const task of tasks) expect(yield* task).toEqual({});
  expect(versions).toEqual([version, version]);
  expect(count()).toBe(http2 ? 1 : 2);
});

test("over HTTP/2 a halt ends its own request, and the others go on", function* () {
  const server = createSecureServer({ ...LOCALHOST }, (request, response) => {
    if (request.url === "/quick") response.end("{}");
    else request.stream.on("close", () => (ended += 1));
  });
  let ended = 0;
  const { port, count } = yield* useSockets(server);
  const client = yield* useClient(`https://127.0.0.1:${port}/`, { http2: true, ssl_cert_file: CA_FILE });
  yield* client.getJson("quick");
  const stuck = yield* spawn(() => client.getJson("stuck"));
  expect(yield* client.getJson("quick")).toEqual({});
  yield* stuck.halt();
  expect(yield* client.getJson("quick")).toEqual({});
  expect(yield* client.getJson("quick")).toEqual({});
  expect(ended).toBe(1);
  expect(count()).toBe(1);
});

test("http2 = true falls back to HTTP/1.1, and over plain HTTP it is not tried", function* () {
  const server = yield* useSecureServer(answerStatus(204));
  const client = yield* useClient(server.url, { http2: true, ssl_cert_file: CA_FILE });
  expect((yield* client.request({ method: "GET", path: "x" })).status).toBe(204);
  const plain = yield* useServer(answerStatus(204));
  const plainClient = yield* useClient(plain.url, { http2: true });
  expect((yield* plainClient.request({ method: "GET", path: "x" })).status).toBe(204);
});
