import { type Operation, resource } from "effection";
import { WebSocket } from "ws";
import { Inbox } from "../../../../framework/websocket/inbox.ts";
import { useWebSocket } from "../../../../framework/websocket/index.ts";
import { LongPause } from "../../../../framework/websocket/long-pause.ts";
import { describe, expect, test } from "../../../../testlib/index.ts";
import { useLogger } from "../../../../toolkit/logging/index.ts";
import { optionsFor, useServer } from "./servers.ts";

describe("a slow reader", () => {
  test.each([
    ["short", 10],
    ["long", 1_000],
    ["very long", 100_000],
  ] as const)(
    "pauses the socket, so that a flood of %s messages is not held in memory",
    function* ([, length], { clock }) {
      const count = Math.ceil(2_000_000 / (length + 64));
      const server = yield* useServer({ connected: (client) => flood(client, count, length) });
      let came = 0;
      const [socket, inbox] = yield* useInbox(server.port, () => came++);
      yield* clock.advance(60_000);
      expect(socket.isPaused).toBe(true);
      expect(came * (length + 64)).toBeGreaterThanOrEqual(512 * 1024);
      const ofOneRead = (65_536 / (length + 2)) * (length + 64);
      expect(came * (length + 64)).toBeLessThan(512 * 1024 + ofOneRead + length + 64);

      for (let i = 0; i < count; i++) expect(Number.parseInt(yield* inbox.receive(), 10)).toBe(i);
      expect([came, socket.isPaused]).toEqual([count, false]);
    },
  );

  test("finds all that came before the end, though the socket was paused when it came", function* ({ clock }) {
    const count = 2_000;
    const { port } = yield* useServer({
      connected(client) {
        flood(client, count, 1_000);
        client.close(1000, "That was all");
      },
    });
    const connection = yield* useWebSocket(optionsFor(port));
    yield* clock.advance(10_000); // For longer than 30 s the server would not wait.
    for (let i = 0; i < count; i++) expect(Number.parseInt(yield* connection.receive(), 10)).toBe(i);
  });

  test("is told to the log after 10 s, and so is that it reads again", function* ({ clock, log }) {
    const count = 2_000;
    const server = yield* useServer({ connected: (client) => flood(client, count, 1_000) });
    const connection = yield* useWebSocket(optionsFor(server.port));
    yield* clock.advance(9_000);
    expect(log.messages).toEqual([]);
    yield* clock.advance(21_000);
    for (let i = 0; i < count; i++) yield* connection.receive();
    expect(log.messages).toEqual([
      "Events are delivered more slowly than messages come; the WebSocket is paused.",
      "The WebSocket is read again.",
    ]);
    expect(log.lines.at(-1)).toMatchObject({ level: "info", seconds: 30 });
  });

  test("that pauses the socket for a moment only is no news", function* ({ clock, log }) {
    const server = yield* useServer({ connected: (client) => flood(client, 2_000, 1_000) });
    const connection = yield* useWebSocket(optionsFor(server.port));
    yield* clock.advance(5_000);
    for (let i = 0; i < 2_000; i++) yield* connection.receive();
    yield* clock.advance(60_000);
    expect(log.messages).toEqual([]);
  });

  test("is not taken for a silent peer", function* ({ clock }) {
    const server = yield* useServer({ autoPong: false, connected: (client) => flood(client, 2_000, 1_000) });
    const connection = yield* useWebSocket(optionsFor(server.port, { silenceTimeoutMs: 40_000 }));
    yield* clock.advance(200_000);
    expect(Number.parseInt(yield* connection.receive(), 10)).toBe(0);
    expect(server.clients[0]?.readyState).toBe(WebSocket.OPEN);
  });

  test("that is gone leaves no socket behind", function* ({ clock }) {
    const server = yield* useServer({ connected: (client) => flood(client, 2_000, 1_000) });
    const [socket] = yield* useInbox(server.port);
    yield* clock.advance(1_000);
    expect(socket.isPaused).toBe(true);
    socket.terminate();
    yield* clock.advance(0);
    expect(yield* server.connections()).toBe(0);
  });
});

/** Keep it below what the kernel takes, 3 MB or so: a server that waits for room keeps virtual time from moving. */
function flood(client: WebSocket, count: number, length: number): void {
  for (let i = 0; i < count; i++) client.send(`${i} `.padEnd(length, "x"));
}

function useInbox(port: number, onMessage: () => void = () => {}): Operation<readonly [WebSocket, Inbox]> {
  return resource(function* (provide) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
    socket.on("message", onMessage);
    const pause = new LongPause(yield* useLogger());
    try {
      yield* provide([socket, new Inbox(socket, pause)]);
    } finally {
      pause.ended();
      socket.terminate();
    }
  });
}
