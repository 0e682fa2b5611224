import { once } from "node:events";
import { inspect } from "node:util";
import { run, scoped, sleep, suspend, until } from "effection";
import { settle } from "../../../../framework/core/index.ts";
import { useWebSocket } from "../../../../framework/websocket/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";
import { certificate } from "./certificate.ts";
import { acceptUpgrade, findFreePort, optionsFor, useRawServer, useServer } from "./servers.ts";

describe("connecting", () => {
  test("gives a connection, once the handshake is done", function* () {
    const { port } = yield* useServer({ connected: (client) => client.send("welcome") });
    const connection = yield* useWebSocket(optionsFor(port));
    expect(yield* connection.receive()).toBe("welcome");
  });

  test("sends the headers it is given", function* () {
    let authorization: string | undefined;
    const { port } = yield* useServer({
      connected(_, { headers }) {
        authorization = headers.authorization;
      },
    });
    yield* useWebSocket(optionsFor(port, { headers: { Authorization: "Bearer token" } }));
    expect(authorization).toBe("Bearer token");
  });

  test("fails when nobody listens", function* () {
    const port = yield* findFreePort();
    expect(yield* thrownBy(() => useWebSocket(optionsFor(port)))).toMatchObject({
      code: "E_CONNECT",
      retryable: true,
      message: `Cannot connect to ws://127.0.0.1:${port}/: connect ECONNREFUSED 127.0.0.1:${port}.`,
    });
  });

  test("fails with the reason for every address of the name", function* () {
    const port = yield* findFreePort();
    const error = yield* thrownBy(() => useWebSocket(optionsFor(port, { url: `ws://localhost:${port}/` })));
    expect(error).toMatchObject({
      code: "E_CONNECT",
      message: expect.stringContaining(`ECONNREFUSED 127.0.0.1:${port}`),
    });
  });

  test("fails when the server turns it away, and names no secret", function* () {
    const { port } = yield* useServer({ verifyClient: (_info, answer) => answer(false, 503) });
    const url = `ws://user:password@127.0.0.1:${port}/feed?token=secret`;
    expect(yield* thrownBy(() => useWebSocket(optionsFor(port, { url })))).toMatchObject({
      code: "E_CONNECT",
      retryable: true,
      message: `Cannot connect to ws://127.0.0.1:${port}/feed: Unexpected server response: 503.`,
    });
  });

  test.each([
    ["ws://127.0.0.1:1/#fragment", "ws://127.0.0.1:1/"],
    ["ftp://127.0.0.1:1/?token=secret", "ftp://127.0.0.1:1/"],
    ["no URL ?token=secret", "an invalid URL"],
    ["wss://user:secret@host:port/feed", "an invalid URL"],
  ] as const)("fails for good when the URL is %s, and names no secret", function* ([url, shown]) {
    const error = yield* thrownBy(() => useWebSocket(optionsFor(1, { url })));
    expect(inspect(error)).not.toContain("secret");
    expect(error).toMatchObject({
      code: "E_CONNECT",
      retryable: false,
      message: expect.stringContaining(`Cannot connect to ${shown}: `),
    });
  });

  test("fails for good when a header cannot be sent", function* () {
    const error = yield* thrownBy(() => useWebSocket(optionsFor(1, { headers: { "X-Name": "line\nbreak" } })));
    expect(error).toMatchObject({ code: "E_CONNECT", retryable: false });
  });

  test("is given up after its time when the server does not answer, and hangs up", function* ({ clock }) {
    const server = yield* useRawServer(() => {});
    expect(yield* thrownBy(() => useWebSocket(optionsFor(server.port, { connectTimeoutMs: 2_500 })))).toMatchObject({
      code: "E_CONNECT_TIMEOUT",
      retryable: true,
      message: `No WebSocket connection to ws://127.0.0.1:${server.port}/ within 2.5 s.`,
    });
    expect(clock.now()).toBe(2_500);
    yield* clock.advance(0);
    expect(yield* server.connections()).toBe(0);
  });

  test("is given up after its time in all, though the server goes on saying something", function* ({ clock }) {
    const { port } = yield* useRawServer((line) => {
      line.write("HTTP/1.1 101 Switching Protocols\r\n");
      const timer = setInterval(() => line.write("X-Patience: please\r\n"), 1_000);
      line.on("close", () => clearInterval(timer));
    });
    const error = yield* thrownBy(() => useWebSocket(optionsFor(port, { connectTimeoutMs: 10_000 })));
    expect([error, clock.now()]).toEqual([expect.objectContaining({ code: "E_CONNECT_TIMEOUT" }), 10_000]);
  });

  test("can be tried again and again in one task", function* () {
    const port = yield* findFreePort();
    for (let i = 0; i < 5; i++) {
      expect(yield* settle(() => useWebSocket(optionsFor(port)))).toMatchObject({ error: { code: "E_CONNECT" } });
    }
  });

  test("leaves no socket and no timer behind when it is halted", function* ({ clock }) {
    const server = yield* useRawServer(() => {});
    const task = run(() => useWebSocket(optionsFor(server.port)));
    yield* clock.advance(10);
    expect(yield* server.connections()).toBe(1);
    yield* task.halt();
    yield* clock.advance(0);
    expect([yield* server.connections(), clock.describeTimers()]).toEqual([0, ""]);
  });
});

describe("a secure connection", () => {
  test("needs a certificate from an authority that is trusted", function* () {
    const { port } = yield* useServer({ tls: true });
    const error = yield* thrownBy(() => useWebSocket(optionsFor(port, { url: `wss://127.0.0.1:${port}/` })));
    expect(error).toMatchObject({
      code: "E_CONNECT",
      message: expect.stringContaining(`Cannot connect to wss://127.0.0.1:${port}/: self-signed certificate`),
    });
  });

  test.each([
    ["that one", { ca: certificate }],
    ["that one, checked as usual", { ca: certificate, rejectUnauthorized: true }],
    ["any, unchecked", { rejectUnauthorized: false }],
  ] as const)("is made when the authority to trust is %s", function* ([, tls]) {
    const { port } = yield* useServer({ tls: true, connected: (client) => client.send("secret") });
    const connection = yield* useWebSocket(optionsFor(port, { url: `wss://127.0.0.1:${port}/`, ...tls }));
    expect(yield* connection.receive()).toBe("secret");
  });
});

describe("the end of the scope", () => {
  test("ends the connection", function* () {
    const server = yield* useServer();
    yield* scoped(function* () {
      yield* useWebSocket(optionsFor(server.port));
      expect(server.clients.length).toBe(1);
    });
    const [client] = server.clients;
    if (client?.readyState === client?.OPEN) yield* until(once(client ?? process, "close"));
    expect(yield* server.connections()).toBe(0);
  });

  test("by a halt leaves no socket and no timer behind", function* ({ clock }) {
    const server = yield* useServer();
    const task = run(function* () {
      yield* useWebSocket(optionsFor(server.port));
      yield* suspend();
    });
    yield* clock.advance(1);
    expect(yield* server.connections()).toBe(1);
    yield* task.halt();
    yield* clock.advance(0);
    expect([yield* server.connections(), clock.describeTimers()]).toEqual([0, ""]);
  });

  test("does not wait for a peer that answers no good-bye", function* ({ clock }) {
    const server = yield* useRawServer(acceptUpgrade);
    yield* scoped(function* () {
      const connection = yield* useWebSocket(optionsFor(server.port));
      connection.close();
      yield* sleep(100);
    });
    expect(clock.now()).toBe(100);
    yield* clock.advance(0);
    expect([yield* server.connections(), clock.describeTimers()]).toEqual([0, ""]);
  });
});
