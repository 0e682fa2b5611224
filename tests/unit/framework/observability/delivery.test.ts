import { createServer, type Socket } from "node:net";
import { sleep, spawn } from "effection";
import { openEventChannel } from "../../../../framework/delivery/index.ts";
import { eventSenderLoop, heartbeatLoop } from "../../../../framework/observability/index.ts";
import { test as base, describe, expect } from "../../../../testlib/index.ts";
import { type ObservabilityEvent, runStatusEvent } from "../../../../toolkit/observability/index.ts";
import { useSockets } from "../http/support/servers.ts";

const test = base.extend({
  *start({ contexts }) {
    return function* (baseUrl: string, env: Readonly<Record<string, string>> = {}) {
      const { outbox } = yield* contexts({ ...env, DK_OBSERVABILITY_BASE_URL: baseUrl });
      const [send, receive] = yield* openEventChannel();
      const loop = yield* spawn(() => eventSenderLoop(receive));
      return { send, loop, outbox };
    };
  },
});

/** What a server writes once a request is there. */
type Reply = (socket: Socket) => void;

/** A server that does not care for what HTTP allows. */
function* useRawServer(reply: Reply) {
  let requests = 0;
  const server = createServer((socket) => {
    let received = "";
    socket.on("data", (piece) => {
      received += piece.toString();
      if (!received.endsWith("}")) return; // the end of an event
      received = "";
      requests += 1;
      reply(socket);
    });
  });
  const { port, count } = yield* useSockets(server);
  return { origin: `http://127.0.0.1:${port}`, requests: () => requests, connections: count };
}

const answer =
  (head: string, body = ""): Reply =>
  (socket) =>
    socket.write(`HTTP/1.1 ${head}\r\n\r\n${body}`);

const BROKEN: Readonly<Record<string, Reply>> = {
  "is cut off": (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nok"),
  "has no end": answer("202 Accepted\r\ntransfer-encoding: chunked", "2\r\nok\r\n"),
  "never comes": answer("200 OK\r\ncontent-length: 2"),
  "trickles for ever": (socket) => {
    answer("200 OK\r\ncontent-length: 1000000")(socket);
    const more = setInterval(() => socket.write("."), 500);
    socket.on("close", () => clearInterval(more));
  },
  "is damaged": answer("200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2", "ok"),
  "is packed in a way we do not know": answer("200 OK\r\ncontent-encoding: zstd\r\ncontent-length: 2", "ok"),
  "is packed in two ways we do not know": answer(
    "200 OK\r\ncontent-encoding: zstd\r\ncontent-encoding: x\r\ncontent-length: 2",
    "ok",
  ),
  "is larger than we take": answer("200 OK\r\ncontent-length: 1000000000000", "ok"),
  "is not HTTP": answer("200 OK\r\ntransfer-encoding: chunked", "not a number\r\n"),
};

describe("an event that was answered with 2xx", () => {
  test.each(Object.keys(BROKEN))("is delivered when the answer's body %s", function* (name, { clock, start }) {
    const server = yield* useRawServer((socket) => BROKEN[name]?.(socket));
    const { send, loop, outbox } = yield* start(server.origin);
    yield* send.send(event(1));
    yield* clock.advance(100);
    expect(outbox.statistics()).toMatchObject({ acknowledged: 1, queued: 0, inFlight: 0 });
    yield* send.send(event(2));
    send.close();
    yield* loop;
    expect([server.requests(), outbox.statistics().acknowledged]).toEqual([2, 2]);
  });

  test("leaves its connection to the next event when the rest of the answer comes", function* ({ clock: _, start }) {
    const server = yield* useRawServer((socket) => {
      answer("200 OK\r\ncontent-length: 2")(socket);
      setTimeout(() => socket.write("ok"), 10);
    });
    const { send, loop } = yield* start(server.origin, { DK_OBSERVABILITY_MAX_TOTAL_CONNECTIONS: "1" });
    for (let number = 1; number <= 5; number++) yield* send.send(event(number));
    send.close();
    yield* loop;
    yield* sleep(10);
    expect([server.requests(), server.connections()]).toEqual([5, 1]);
  });

  test("has its connection closed when the rest of the answer does not come", function* ({ clock, start }) {
    const server = yield* useRawServer(answer("200 OK\r\ncontent-length: 2"));
    const { send, loop } = yield* start(server.origin, { DK_OBSERVABILITY_MAX_TOTAL_CONNECTIONS: "1" });
    for (let number = 1; number <= 5; number++) yield* send.send(event(number));
    send.close();
    yield* loop;
    expect([server.requests(), server.connections()]).toEqual([5, 5]);
    expect(clock.now()).toBe(4_000);
  });
});

test("an event that is refused is so, whatever is wrong with the answer's body", function* ({ clock: _, start, log }) {
  log.expectError("refused an event for good");
  const server = yield* useRawServer((socket) => socket.end("HTTP/1.1 400 No\r\ncontent-length: 50\r\n\r\nno"));
  const { send, loop, outbox } = yield* start(server.origin);
  yield* send.send(event(1));
  send.close();
  yield* loop;
  expect(outbox.statistics()).toMatchObject({ acknowledged: 0, deadLettered: 1 });
});

describe("a redirect to another server", () => {
  test.each([200, 401, 400])("is not followed, whatever is there: %i", function* (status, { clock, start, log }) {
    const other = yield* useRawServer(answer(`${status} Elsewhere\r\ncontent-length: 0`));
    const moved = answer(`307 Moved\r\nlocation: ${other.origin}/login?session=s3cret\r\ncontent-length: 0`);
    const server = yield* useRawServer(moved);
    const { send, outbox } = yield* start(server.origin);
    yield* spawn(() => heartbeatLoop({ tool: "acme" }));
    yield* send.send(event(1));
    yield* clock.advance(10_000);
    expect(outbox.statistics()).toMatchObject({ acknowledged: 0, deadLettered: 0 });
    expect(server.requests()).toBeGreaterThan(2); // a heartbeat, and the event more than once
    expect(other.requests()).toBe(0);
    const err = { code: "E_HTTP_REDIRECT", message: expect.stringMatching(whereTo(other.origin)) };
    log.expect({ level: "warn", err, msg: expect.stringContaining("Check observability_base_url") });
    log.expect({ level: "warn", err, task: "observability.heartbeat" });
  });

  test("holds the event until the address is right", function* ({ clock: _, server, start }) {
    let isRight = false;
    const front = yield* useRawServer((socket) => {
      if (isRight) answer("204 No Content")(socket);
      else answer(`308 Moved\r\nlocation: ${server.url}\r\ncontent-length: 0`)(socket);
    });
    const { send, loop, outbox } = yield* start(front.origin);
    yield* send.send(event(1));
    yield* sleep(5_000);
    isRight = true;
    send.close();
    yield* loop;
    expect(outbox.statistics().acknowledged).toBe(1);
  });
});

const whereTo = (origin: string) =>
  new RegExp(`redirected \\(307\\) to another server, ${origin}, .* set observability_base_url to its address\\.$`);

function event(number: number): ObservabilityEvent {
  return runStatusEvent({ pipeline_key: "pipeline", run_key: "run", run_name: String(number), status: "RUNNING" });
}
