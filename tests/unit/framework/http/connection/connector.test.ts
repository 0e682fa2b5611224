import { createServer } from "node:net";
import { type Operation, scoped, spawn, withResolvers } from "effection";
import { expect, test, thrownBy } from "../../../../../testlib/index.ts";
import { useClient } from "../support/clients.ts";
import { useSockets } from "../support/servers.ts";

/** A port on which nobody listens. */
function* freePort(): Operation<number> {
  return yield* scoped(function* () {
    return (yield* useSockets(createServer())).port;
  });
}

test("retries says how often connecting is tried again, after 0, 0.5, 1, 2 seconds", function* ({ clock }) {
  const port = yield* freePort();
  const client = yield* useClient(`http://127.0.0.1:${port}/`, { retries: 4 });
  const started = clock.now();
  const error = yield* thrownBy(() => client.postJson("x", {}));
  expect(clock.now() - started).toBe(0 + 500 + 1_000 + 2_000);
  expect(error).toMatchObject({
    code: "E_HTTP_CONNECT",
    retryable: true,
    message: `Cannot connect to http://127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port} (5 attempts).`,
    cause: { code: "ECONNREFUSED" },
  });
});

test("without retries there is one attempt", function* ({ clock }) {
  const port = yield* freePort();
  const client = yield* useClient(`http://127.0.0.1:${port}/`, { retries: 0 });
  const started = clock.now();
  const error = yield* thrownBy(() => client.postJson("x", {}));
  expect(clock.now()).toBe(started);
  expect(error).toMatchObject({ code: "E_HTTP_CONNECT", message: expect.stringContaining("(1 attempt)") });
});

test("a request is sent once the server is there, and no more than once", function* ({ clock }) {
  const port = yield* freePort();
  const requests: string[] = [];
  const server = createServer((socket) => {
    socket.on("data", (chunk: Buffer) => {
      requests.push(chunk.toString().split("\r\n")[0] ?? "");
      socket.end("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
    });
  });
  setTimeout(() => server.listen(port, "127.0.0.1"), 1_200);
  const client = yield* useClient(`http://127.0.0.1:${port}/`);
  yield* client.postJson("x", {});
  server.close();
  expect(clock.now()).toBe(1_500);
  expect(requests).toEqual(["POST /x HTTP/1.1"]);
});

test("a host without an address is a connect error", function* ({ clock }) {
  const client = yield* useClient("http://nowhere.invalid/", { retries: 0 });
  const error = yield* clock.held(thrownBy(() => client.getJson("x", { retry: { attempts: 1 } })));
  expect(error).toMatchObject({
    code: "E_HTTP_CONNECT",
    retryable: true,
    message: expect.stringContaining("Cannot connect to http://nowhere.invalid: getaddrinfo"),
  });
});

test("the end of the scope ends an attempt to connect", function* () {
  const reached = withResolvers<void>();
  const gone = withResolvers<void>();
  const { port } = yield* useSockets(
    createServer((socket) => {
      socket.on("data", () => reached.resolve()); // the beginning of a TLS handshake that goes no further
      socket.on("close", () => gone.resolve());
    }),
  );
  const owner = yield* spawn(function* () {
    const client = yield* useClient(`https://127.0.0.1:${port}/`, { connection_timeout: 0 });
    yield* client.request({ method: "GET", path: "x" });
  });
  yield* reached.operation;
  yield* owner.halt();
  yield* gone.operation;
});

test("the end of the scope ends the pause between two attempts", function* ({ clock }) {
  const port = yield* freePort();
  let accepted = 0;
  const owner = yield* spawn(function* () {
    const client = yield* useClient(`http://127.0.0.1:${port}/`);
    yield* client.request({ method: "GET", path: "x" });
  });
  yield* clock.advance(600); // in the pause before the fourth attempt
  yield* owner.halt();
  const server = createServer(() => (accepted += 1)).listen(port, "127.0.0.1");
  yield* clock.advance(60_000);
  server.close();
  expect(accepted).toBe(0);
});
