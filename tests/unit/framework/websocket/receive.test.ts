import { run, scoped, spawn, suspend } from "effection";
import { moveOnAfter } from "../../../../framework/core/index.ts";
import { useWebSocket } from "../../../../framework/websocket/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";
import { acceptUpgrade, optionsFor, useRawServer, useServer } from "./servers.ts";

describe("receiving", () => {
  test("gives message after message, in order, and waits for more", function* ({ clock }) {
    const server = yield* useServer();
    const connection = yield* useWebSocket(optionsFor(server.port));
    const received: string[] = [];
    yield* spawn(function* () {
      while (true) received.push(`${yield* connection.receive()} at ${clock.now()}`);
    });
    for (const text of ["a", "b"]) server.clients[0]?.send(text);
    yield* clock.advance(1_000);
    server.clients[0]?.send("c");
    yield* clock.advance(1_000);
    expect(received).toEqual(["a at 0", "b at 0", "c at 1000"]);
  });

  test("reads binary messages as UTF-8, and takes those that are in pieces or empty", function* () {
    const { port } = yield* useServer({
      connected(client) {
        client.send(Buffer.from('{"name":"Zoë ✓"}'), { binary: true });
        client.send(Buffer.from([0xff, 0x41]), { binary: true });
        client.send("in ", { fin: false });
        client.send("pieces", { fin: true });
        client.send("");
      },
    });
    const connection = yield* useWebSocket(optionsFor(port));
    expect(yield* connection.receive()).toBe('{"name":"Zoë ✓"}');
    expect(yield* connection.receive()).toBe("�A");
    expect(yield* connection.receive()).toBe("in pieces");
    expect(yield* connection.receive()).toBe("");
  });

  test("gives messages that came before anybody asked, and those that came with the handshake", function* ({ clock }) {
    const { port } = yield* useRawServer((line, request) => {
      line.cork();
      acceptUpgrade(line, request);
      line.write(Buffer.from([0x81, 0x02, 0x68, 0x69]));
      line.uncork();
    });
    const connection = yield* useWebSocket(optionsFor(port));
    yield* clock.advance(1_000);
    expect(yield* connection.receive()).toBe("hi");
  });

  test("loses nothing when it is given up", function* ({ clock }) {
    const server = yield* useServer();
    const connection = yield* useWebSocket(optionsFor(server.port));
    const outcome = yield* moveOnAfter(100, () => connection.receive());
    server.clients[0]?.send("late");
    expect([outcome.cancelledCaught, yield* connection.receive(), clock.now()]).toEqual([true, "late", 100]);
  });
});

describe("the end of a connection", () => {
  test("comes after all that it brought, and says why", function* () {
    const { port } = yield* useServer({
      connected(client) {
        for (const text of ["a", "b", "c"]) client.send(text);
        client.close(1012, "Back in a minute");
      },
    });
    const connection = yield* useWebSocket(optionsFor(port));
    for (const text of ["a", "b", "c"]) expect(yield* connection.receive()).toBe(text);
    for (let i = 0; i < 2; i++) {
      expect(yield* thrownBy(() => connection.receive())).toMatchObject({
        code: "E_CONNECTION_CLOSED",
        retryable: true,
        message: "The WebSocket connection was closed: 1012 (service restart; Back in a minute).",
      });
    }
  });

  test("without a word is a lost connection", function* () {
    const server = yield* useServer();
    const connection = yield* useWebSocket(optionsFor(server.port));
    server.clients[0]?.terminate();
    expect(yield* thrownBy(() => connection.receive())).toMatchObject({
      message: "The WebSocket connection was closed: 1006 (connection lost).",
    });
  });

  test("with a code that has no name shows the code", function* () {
    const { port } = yield* useServer({ connected: (client) => client.close(4_001) });
    const connection = yield* useWebSocket(optionsFor(port));
    expect(yield* thrownBy(() => connection.receive())).toMatchObject({
      message: "The WebSocket connection was closed: 4001.",
    });
  });

  test("is brought about by a message that is too big: the server hears 1009, and so do we", function* ({ clock }) {
    let heard: number | undefined;
    const { port } = yield* useServer({
      connected(client) {
        client.send("x".repeat(100));
        client.send("x".repeat(101));
        client.send("never seen");
        client.on("close", (code) => {
          heard = code;
        });
      },
    });
    const connection = yield* useWebSocket(optionsFor(port, { maxMessageBytes: 100 }));
    expect((yield* connection.receive()).length).toBe(100);
    const error = yield* thrownBy(() => connection.receive());
    expect(error).toMatchObject({
      code: "E_CONNECTION_CLOSED",
      retryable: true,
      message: "The WebSocket connection was closed: 1009 (message too big; Max payload size exceeded).",
    });
    yield* clock.advance(0);
    expect(heard).toBe(1009);
  });

  test("is brought about by text that is none", function* () {
    const { port } = yield* useRawServer((line, request) => {
      acceptUpgrade(line, request);
      line.write(Buffer.from([0x81, 0x02, 0xc3, 0x28]));
    });
    const connection = yield* useWebSocket(optionsFor(port));
    expect(yield* thrownBy(() => connection.receive())).toMatchObject({
      code: "E_CONNECTION_CLOSED",
      message: expect.stringContaining("invalid UTF-8 sequence"),
    });
  });

  test("of the scope ends a receive that somebody else is in", function* () {
    const { port } = yield* useServer();
    const receiving = yield* scoped(function* () {
      const connection = yield* useWebSocket(optionsFor(port));
      return run(() => thrownBy(() => connection.receive()));
    });
    expect(yield* receiving).toMatchObject({ code: "E_CONNECTION_CLOSED" });
  });
});

describe("close()", () => {
  test("says good-bye, and what was sent before that was heard is still received", function* ({ clock }) {
    let heard: unknown;
    const { port } = yield* useServer({
      connected(client) {
        client.send("a");
        client.on("close", (code, reason) => {
          heard = [code, String(reason)];
        });
        setTimeout(() => client.send("b"), 0);
      },
    });
    const connection = yield* useWebSocket(optionsFor(port));
    connection.close();
    connection.close();
    const received: string[] = [];
    const error = yield* thrownBy(function* () {
      while (true) received.push(yield* connection.receive());
    });
    expect(received[0]).toBe("a");
    expect(error).toMatchObject({
      message: "The WebSocket connection was closed: 1001 (going away; The agent stops.).",
    });
    yield* clock.advance(0);
    expect(heard).toEqual([1001, "The agent stops."]);
  });

  test("waits for two seconds at most for a peer that does not answer", function* ({ clock }) {
    const { port } = yield* useRawServer(acceptUpgrade);
    const connection = yield* useWebSocket(optionsFor(port));
    connection.close();
    const error = yield* thrownBy(() => connection.receive());
    expect([error, clock.now()]).toEqual([expect.objectContaining({ code: "E_CONNECTION_CLOSED" }), 2_000]);
  });

  test("after the end does nothing", function* () {
    const { port } = yield* useServer({ connected: (client) => client.terminate() });
    const connection = yield* useWebSocket(optionsFor(port));
    yield* thrownBy(() => connection.receive());
    connection.close();
    expect(yield* thrownBy(() => connection.receive())).toMatchObject({ code: "E_CONNECTION_CLOSED" });
  });
});

describe("a peer that says nothing", () => {
  test("is kept as long as it answers pings", function* ({ clock }) {
    let pings = 0;
    const server = yield* useServer({ connected: (client) => client.on("ping", () => pings++) });
    const connection = yield* useWebSocket(optionsFor(server.port, { silenceTimeoutMs: 40_000 }));
    yield* clock.advance(600_000);
    server.clients[0]?.send("still here");
    expect(yield* connection.receive()).toBe("still here");
    expect(pings).toBe(30);
  });

  test("is pinged every 30 s at least", function* ({ clock }) {
    let pings = 0;
    const server = yield* useServer({ connected: (client) => client.on("ping", () => pings++) });
    yield* useWebSocket(optionsFor(server.port, { silenceTimeoutMs: 3_600_000 }));
    yield* clock.advance(600_000);
    expect(pings).toBe(20);
  });

  test("not even pongs, is given up: the connection is half open", function* ({ clock }) {
    const server = yield* useServer({ autoPong: false });
    const connection = yield* useWebSocket(optionsFor(server.port, { silenceTimeoutMs: 40_000 }));
    const error = yield* thrownBy(() => connection.receive());
    expect(error).toMatchObject({
      code: "E_CONNECTION_CLOSED",
      retryable: true,
      message: "The WebSocket connection was closed: 1006 (connection lost; nothing came for 40 s, not even a pong).",
    });
    expect(clock.now()).toBe(40_000);
    yield* clock.advance(0);
    expect(yield* server.connections()).toBe(0);
  });

  test("after a while, is given up that while later", function* ({ clock }) {
    const server = yield* useServer({ autoPong: false });
    const connection = yield* useWebSocket(optionsFor(server.port, { silenceTimeoutMs: 40_000 }));
    yield* clock.advance(30_000);
    server.clients[0]?.send("hello");
    expect(yield* connection.receive()).toBe("hello");
    yield* thrownBy(() => connection.receive());
    expect(clock.now()).toBe(80_000); // The message was noticed with the ping at 40 s.
  });

  test("but sends a long message slowly, is kept", function* ({ clock }) {
    const text = "x".repeat(20);
    const { port } = yield* useRawServer((line, request) => {
      acceptUpgrade(line, request);
      line.write(Buffer.from([0x81, text.length]));
      let sent = 0;
      const timer = setInterval(() => {
        line.write(text[sent++]);
        if (sent === text.length) clearInterval(timer);
      }, 30_000);
      line.on("close", () => clearInterval(timer));
    });
    const connection = yield* useWebSocket(optionsFor(port, { silenceTimeoutMs: 40_000 }));
    expect([yield* connection.receive(), clock.now()]).toEqual([text, 600_000]);
  });

  test("of the scope is not asked any more", function* ({ clock }) {
    const server = yield* useServer();
    const task = run(function* () {
      yield* useWebSocket(optionsFor(server.port));
      yield* suspend();
    });
    yield* clock.advance(1);
    yield* task.halt();
    expect(clock.describeTimers()).toBe("");
  });
});
