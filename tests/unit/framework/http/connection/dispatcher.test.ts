import { createServer } from "node:net";
import { type Operation, spawn, type Task, withResolvers } from "effection";
import type { HttpClient, HttpResponse } from "../../../../../framework/http/index.ts";
import { expect, test, thrownBy } from "../../../../../testlib/index.ts";
import { useClient } from "../support/clients.ts";
import { answerStatus, useServer, useSockets } from "../support/servers.ts";

const get = (client: HttpClient, path: string) => client.request({ method: "GET", path });

/** Sends one request for each path at the same time. */
function* getAll(client: HttpClient, paths: readonly string[]): Operation<readonly HttpResponse[]> {
  const tasks: Task<HttpResponse>[] = [];
  for (const path of paths) tasks.push(yield* spawn(() => get(client, path)));
  const responses: HttpResponse[] = [];
  for (const task of tasks) responses.push(yield* task);
  return responses;
}

const paths = (count: number) => Array.from({ length: count }, (_, at) => String(at));

/** Answers after a second of its clock, and counts how many requests are there at once. */
function* useSlowServer() {
  const counts = { now: 0, most: 0 };
  const server = yield* useServer((response) => {
    counts.now += 1;
    counts.most = Math.max(counts.most, counts.now);
    setTimeout(() => {
      counts.now -= 1;
      answerStatus(204)(response);
    }, 1_000);
  });
  return { server, counts };
}

test("one request after another shares a connection", function* () {
  const server = yield* useServer(answerStatus(204));
  const client = yield* useClient(server.url);
  for (const path of paths(5)) yield* get(client, path);
  expect(server.accepted).toBe(1);
});

test("max_total_connections bounds what goes on at once; the others wait for their turn, first come first served", function* ({
  clock,
}) {
  const { server, counts } = yield* useSlowServer();
  const client = yield* useClient(server.url, { max_total_connections: 3 });
  const started = clock.now();
  yield* getAll(client, paths(9));
  expect(clock.now() - started).toBe(3_000);
  expect(counts.most).toBe(3);
  expect(server.accepted).toBe(3);
  expect(server.received.map(({ url }) => url)).toEqual(paths(9).map((path) => `/${path}`));
});

test("max_keepalive_connections bounds what stays open", function* ({ clock }) {
  const { server } = yield* useSlowServer();
  const client = yield* useClient(server.url, { max_total_connections: 8, max_keepalive_connections: 2 });
  yield* getAll(client, paths(8));
  yield* clock.advance(1_000);
  expect(server.sockets.size).toBe(2);
  expect(server.accepted).toBe(8);
});

test("requests beyond max_keepalive_connections say that their connection closes, the others do not", function* () {
  const arrived = withResolvers<void>();
  const answers: (() => void)[] = [];
  const server = yield* useServer((response) => {
    answers.push(() => response.end());
    if (answers.length === 3) arrived.resolve();
  });
  const client = yield* useClient(server.url, { max_keepalive_connections: 2 });
  const all = yield* spawn(() => getAll(client, paths(3)));
  yield* arrived.operation;
  for (const answer of answers) answer();
  yield* all;
  const wishes = new Map(server.received.map(({ url, headers }) => [url, headers.connection]));
  expect([wishes.get("/0"), wishes.get("/1"), wishes.get("/2")]).toEqual(["keep-alive", "keep-alive", "close"]);
});

test.each([{ max_keepalive_connections: 0 }, { keepalive_expiration: 0 }])(
  "with %o each request has its own connection",
  function* (settings) {
    const server = yield* useServer(answerStatus(204));
    const client = yield* useClient(server.url, settings);
    for (const path of paths(3)) yield* get(client, path);
    expect(server.accepted).toBe(3);
    expect(server.received.map(({ headers }) => headers.connection)).toEqual(["close", "close", "close"]);
  },
);

test("keepalive_expiration closes a connection that nobody uses", function* ({ clock }) {
  const server = yield* useServer((response) => response.setHeader("keep-alive", "timeout=3600").end());
  const client = yield* useClient(server.url, { keepalive_expiration: 10 });
  yield* get(client, "a");
  yield* clock.advance(9_900);
  expect(server.sockets.size).toBe(1);
  yield* clock.advance(200);
  expect(server.sockets.size).toBe(0);
  yield* get(client, "b");
  expect(server.accepted).toBe(2);
});

test("a server that wants a connection closed earlier gets its way", function* ({ clock }) {
  const server = yield* useServer((response) => response.setHeader("keep-alive", "timeout=5").end());
  const client = yield* useClient(server.url, { keepalive_expiration: 10 });
  yield* get(client, "a");
  yield* clock.advance(4_100); // a second before the server does
  expect(server.sockets.size).toBe(0);
});

test("requests go on over a new connection when the server closes each", function* () {
  const server = yield* useServer(answerStatus(204, { connection: "close" }));
  const client = yield* useClient(server.url, { max_total_connections: 1 });
  yield* getAll(client, paths(3));
  expect(server.accepted).toBe(3);
});

test("a server that closes its connections without saying so loses no request that waits for one", function* () {
  const answer = "HTTP/1.1 204 No Content\r\n\r\n";
  const { port } = yield* useSockets(createServer((socket) => socket.on("data", () => socket.end(answer))));
  const client = yield* useClient(`http://127.0.0.1:${port}/`, { max_total_connections: 2 });
  const responses = yield* getAll(client, paths(20));
  expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(204));
});

test("max_total_connections counts the requests to all servers", function* ({ clock }) {
  const { server: other, counts } = yield* useSlowServer();
  const server = yield* useServer(answerStatus(302, { location: `${other.url}there` }));
  const client = yield* useClient(server.url, { max_total_connections: 2 });
  const started = clock.now();
  yield* getAll(client, paths(4));
  expect(clock.now() - started).toBe(2_000);
  expect(counts.most).toBe(2);
});

test("a request that is halted while it waits leaves the queue", function* ({ clock }) {
  const { server } = yield* useSlowServer();
  const client = yield* useClient(server.url, { max_total_connections: 1 });
  const tasks: Task<HttpResponse>[] = [];
  for (const path of ["first", "second", "third"]) tasks.push(yield* spawn(() => get(client, path)));
  yield* clock.advance(500);
  yield* tasks[1]?.halt() ?? clock.advance(0);
  yield* tasks[2] ?? clock.advance(0);
  expect(clock.now()).toBeGreaterThanOrEqual(2_000);
  expect(server.received.map(({ url }) => url)).toEqual(["/first", "/third"]);
});

test("a halted request gives its place to the next", function* () {
  const reached = withResolvers<void>();
  const server = yield* useServer((response, { url }) => {
    if (url === "/stuck") reached.resolve();
    else response.end();
  });
  const client = yield* useClient(server.url, { max_total_connections: 1 });
  const stuck = yield* spawn(() => get(client, "stuck"));
  const next = yield* spawn(() => get(client, "next"));
  yield* reached.operation;
  yield* stuck.halt();
  expect((yield* next).status).toBe(200);
  expect(server.accepted).toBe(2);
});

test("a connection that broke is not used again", function* () {
  const server = yield* useServer((response, { url }) => {
    if (url === "/break") response.destroy();
    else response.end();
  });
  const client = yield* useClient(server.url, { max_total_connections: 1 });
  const broken = yield* spawn(() => thrownBy(() => get(client, "break")));
  const next = yield* spawn(() => get(client, "next"));
  expect(yield* broken).toMatchObject({ code: "E_HTTP_BROKEN", retryable: true });
  expect((yield* next).status).toBe(200);
  expect(server.accepted).toBe(2);
});
