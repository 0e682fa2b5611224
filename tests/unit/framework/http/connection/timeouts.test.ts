import { createServer } from "node:net";
import { spawn, withResolvers } from "effection";
import { expect, test, thrownBy } from "../../../../../testlib/index.ts";
import { useClient } from "../support/clients.ts";
import { answerStatus, useServer, useSockets } from "../support/servers.ts";

test("read_timeout limits the wait for the first of a reply", function* ({ clock }) {
  const server = yield* useServer(() => {});
  const client = yield* useClient(server.url, { read_timeout: 60 });
  const started = clock.now();
  const error = yield* thrownBy(() => client.request({ method: "GET", path: "x" }));
  expect(clock.now() - started).toBe(60_000);
  expect(error).toMatchObject({
    code: "E_HTTP_TIMEOUT",
    kind: "read",
    seconds: 60,
    retryable: true,
    message: `GET ${server.url}x got nothing from the server for 60 s (read_timeout).`,
  });
  yield* clock.advance(0);
  expect(server.sockets.size).toBe(0);
});

test("read_timeout limits each gap in a reply, not the whole of it", function* ({ clock }) {
  const server = yield* useServer((response) => {
    let parts = 0;
    const more = setInterval(() => {
      response.write("part");
      parts += 1;
      if (parts === 5) clearInterval(more);
    }, 9_000);
  });
  const client = yield* useClient(server.url, { read_timeout: 10 });
  const started = clock.now();
  const error = yield* thrownBy(() => client.request({ method: "GET", path: "x" }));
  expect(clock.now() - started).toBe(55_000);
  expect(error).toMatchObject({ code: "E_HTTP_TIMEOUT", kind: "read" });
});

test("an interim answer is a sign of life", function* ({ clock }) {
  const server = yield* useServer((response) => {
    let times = 0;
    const more = setInterval(() => {
      times += 1;
      if (times < 5) response.writeProcessing();
      else {
        clearInterval(more);
        response.end();
      }
    }, 9_000);
  });
  const client = yield* useClient(server.url, { read_timeout: 10 });
  expect((yield* client.request({ method: "GET", path: "x" })).status).toBe(200);
  expect(clock.now()).toBeGreaterThanOrEqual(45_000);
});

test("write_timeout limits a standstill while a body is sent", function* ({ clock }) {
  const server = createServer((socket) => socket.pause());
  const { port } = yield* useSockets(server);
  const client = yield* useClient(`http://127.0.0.1:${port}/`, { write_timeout: 30 });
  const started = clock.now();
  const body = Buffer.alloc(64 * 1024 * 1024);
  const error = yield* thrownBy(() => client.request({ method: "POST", path: "x", body }));
  expect(clock.now() - started).toBe(30_000);
  expect(error).toMatchObject({
    code: "E_HTTP_TIMEOUT",
    kind: "write",
    message: `POST http://127.0.0.1:${port}/x could not send for 30 s (write_timeout).`,
  });
});

test("a body that goes on being sent does not run into write_timeout", function* ({ clock }) {
  const body = Buffer.alloc(48 * 1024 * 1024);
  // Takes 4 MiB every 20 s; with less at a time, kernels let the sender wait for several rounds.
  const server = createServer((socket) => {
    let received = 0;
    const more = setInterval(() => socket.resume(), 20_000);
    socket.on("close", () => clearInterval(more));
    socket.on("data", (chunk: Buffer) => {
      const before = received;
      received += chunk.length;
      if (received >= body.length) socket.end("HTTP/1.1 204 No Content\r\n\r\n");
      else if (received >> 22 !== before >> 22) socket.pause();
    });
  });
  const { port } = yield* useSockets(server);
  const client = yield* useClient(`http://127.0.0.1:${port}/`, { write_timeout: 30 });
  expect((yield* client.request({ method: "POST", path: "x", body })).status).toBe(204);
  expect(clock.now()).toBeGreaterThanOrEqual(11 * 20_000);
});

test("pool_timeout limits the wait for a free connection", function* ({ clock }) {
  const server = yield* useServer(() => {});
  const client = yield* useClient(server.url, { max_total_connections: 1, pool_timeout: 10, read_timeout: 60 });
  const first = yield* spawn(() => thrownBy(() => client.request({ method: "GET", path: "first" })));
  yield* clock.advance(0);
  const started = clock.now();
  const error = yield* thrownBy(() => client.request({ method: "GET", path: "second" }));
  expect(clock.now() - started).toBe(10_000);
  expect(error).toMatchObject({
    code: "E_HTTP_TIMEOUT",
    kind: "pool",
    retryable: true,
    message: `GET ${server.url}second found no free connection within 10 s (pool_timeout).`,
  });
  expect(yield* first).toMatchObject({ kind: "read" });
  expect(clock.now() - started).toBe(60_000);
  expect(server.received.map(({ url }) => url)).toEqual(["/first"]);
});

test("connection_timeout limits each attempt to connect, and retries how many there are", function* ({ clock }) {
  // Accepts TCP and never says a word, so TLS cannot begin.
  const { port } = yield* useSockets(createServer());
  const client = yield* useClient(`https://127.0.0.1:${port}/`, { connection_timeout: 10, retries: 3 });
  const started = clock.now();
  const error = yield* thrownBy(() => client.request({ method: "POST", path: "x", body: "sent never" }));
  expect(clock.now() - started).toBe(10_000 + 0 + 10_000 + 500 + 10_000 + 1_000 + 10_000);
  expect(error).toMatchObject({
    code: "E_HTTP_TIMEOUT",
    kind: "connect",
    seconds: 10,
    message: `Connecting to https://127.0.0.1:${port} took longer than 10 s (connection_timeout).`,
  });
});

test("a halt ends an attempt to connect, and the pause between two", function* ({ clock }) {
  const reached = withResolvers<void>();
  const listening = yield* useSockets(createServer((socket) => reached.resolve(void socket.resume())));
  const client = yield* useClient(`https://127.0.0.1:${listening.port}/`, { connection_timeout: 10 });
  const task = yield* spawn(() => client.request({ method: "GET", path: "x" }));
  yield* reached.operation;
  yield* task.halt();
  const later = yield* spawn(() => client.request({ method: "GET", path: "x" }));
  yield* clock.advance(20_200); // in the pause before the third attempt
  yield* later.halt();
  yield* clock.advance(60_000);
  expect(listening.sockets.size).toBe(0);
});

test("a timeout of 0 is no limit", function* ({ clock }) {
  const server = yield* useServer((response) => {
    setTimeout(() => answerStatus(204)(response), 86_400_000);
  });
  const client = yield* useClient(server.url, {
    read_timeout: 0,
    write_timeout: 0,
    pool_timeout: 0,
    connection_timeout: 0,
  });
  expect((yield* client.request({ method: "GET", path: "x" })).status).toBe(204);
  expect(clock.now()).toBeGreaterThanOrEqual(86_400_000);
});
