import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createNetServer, type Server, type Socket } from "node:net";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type Operation, race, resource, sleep, spawn, until } from "effection";
import { WebSocket, WebSocketServer } from "ws";
import { expect, test } from "../../../../testlib/index.ts";

/** Throws when virtual time gets there first, which it must not while I/O is in flight. */
function* withinVirtual<T>(ms: number, operation: Operation<T>): Operation<T> {
  return yield* race([
    operation,
    (function* (): Operation<never> {
      yield* sleep(ms);
      throw new Error(`premature timeout after ${ms} ms`);
    })(),
  ]);
}

function* ticking(): Operation<void> {
  while (true) yield* sleep(100);
}

function useHttpServer(): Operation<string> {
  return resource(function* (provide) {
    const server: Server = createServer((request, response) => {
      request.resume().on("end", () => response.end("x".repeat(100_000)));
    }).listen(0, "127.0.0.1");
    yield* until(once(server, "listening"));
    try {
      yield* provide(`http://127.0.0.1:${portOf(server.address())}/`);
    } finally {
      server.close();
    }
  });
}

function useEcho(): Operation<WebSocket> {
  return resource(function* (provide) {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    server.on("connection", (socket) => socket.on("message", (data) => socket.send(String(data))));
    yield* until(once(server, "listening"));
    const client = new WebSocket(`ws://127.0.0.1:${portOf(server.address())}`);
    yield* until(once(client, "open"));
    try {
      yield* provide(client);
    } finally {
      client.terminate();
      for (const socket of server.clients) socket.terminate();
      server.close();
    }
  });
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== "object" || address === null) throw new Error("not listening");
  return address.port;
}

test("no virtual timeout fires during WebSocket echoes on this machine", function* ({ clock }) {
  const client = yield* useEcho();
  for (let i = 0; i < 100; i++) {
    client.send(`${i}`);
    const [data] = yield* withinVirtual(5_000, until(once(client, "message")));
    expect(String(data)).toBe(`${i}`);
  }
  expect(clock.now()).toBe(0);
});

test("no virtual timeout fires during HTTP exchanges, with a loop ticking beside them", function* ({ clock: _ }) {
  const url = yield* useHttpServer();
  yield* spawn(ticking);
  for (let i = 0; i < 30; i++) {
    const response = yield* withinVirtual(1_000, until(fetch(url, { method: "POST", body: "hi" })));
    expect(yield* withinVirtual(1_000, until(response.text()))).toHaveLength(100_000);
  }
});

test("time passes when a peer does not read what it is sent", function* ({ clock }) {
  const server: Server = createNetServer((socket) => socket.pause()).listen(0, "127.0.0.1");
  yield* until(once(server, "listening"));
  const client = connect(portOf(server.address()), "127.0.0.1");
  const [peer]: Socket[] = yield* until(once(server, "connection"));
  client.write(Buffer.alloc(20_000_000));
  yield* sleep(5_000);
  expect(clock.now()).toBe(5_000);
  expect(client.writableLength).toBeGreaterThan(0);
  client.destroy();
  peer?.destroy(); // it does not read, so it would never learn that the client has gone
  server.close();
});

test("time stands still while a file is read", function* ({ clock }) {
  for (let i = 0; i < 10; i++) yield* withinVirtual(1, until(readFile("package.json")));
  expect(clock.now()).toBe(0);
});

test("time stands still while it is held, whatever is under way", function* ({ clock }) {
  yield* spawn(ticking);
  yield* clock.held(until(promisify(gzip)(Buffer.alloc(1_000_000))));
  yield* clock.held(() => until(promisify(gzip)(Buffer.alloc(1_000_000))));
  expect(clock.now()).toBe(0);
  const release = clock.hold("a check");
  expect(clock.holds).toEqual(["a check"]);
  release();
  expect(clock.holds).toEqual([]);
  yield* sleep(1);
  expect(clock.now()).toBe(1);
});

test("a threshold lets real time pass before each jump", { clock: { thresholdMs: 20 } }, function* ({ clock }) {
  const started = process.hrtime.bigint();
  yield* sleep(3_600_000);
  yield* sleep(3_600_000);
  expect(clock.now()).toBe(7_200_000);
  expect(process.hrtime.bigint() - started).toBeGreaterThan(40_000_000n);
});
