import { type Operation, spawn } from "effection";
import { websocketLoop } from "../../../../agents/target_example/loop.ts";
import { websocketTask } from "../../../../agents/target_example/tasks.ts";
import {
  openMemoryChannel,
  type ReceiveChannel,
  Shutdown,
  ShutdownContext,
  type Task,
} from "../../../../framework/core/index.ts";
import type { WebSocketConnection } from "../../../../framework/websocket/index.ts";
import {
  type AgentTarget,
  afterEach,
  beforeEach,
  type CapturedLog,
  describe,
  expect,
  test,
  thrownBy,
  useAgentTarget,
  vi,
} from "../../../../testlib/index.ts";
import { UnrecoverableError } from "../../../../toolkit/index.ts";
import type { ObservabilityEvent } from "../../../../toolkit/observability/index.ts";
import { message, numberOf, settings } from "./support.ts";

// The waits between attempts are random, up to a ceiling: here always half of it.
beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0.5));
afterEach(() => void vi.restoreAllMocks());

const connectionTo = ({ url }: AgentTarget) => ({
  url,
  connectTimeoutMs: 30_000,
  silenceTimeoutMs: 30_000,
  maxMessageBytes: 10_000,
  reconnectMs: 5_000,
});

/** Starts the loop with the agent's task. Halted with the test, if it has not ended by then. */
function* startLoop(target: AgentTarget, { capacity = 1_000 } = {}) {
  const shutdown = yield* ShutdownContext.set(new Shutdown());
  const [send, events] = openMemoryChannel<ObservabilityEvent>(capacity);
  const loop = yield* spawn(() => websocketLoop(websocketTask(settings, send), connectionTo(target)));
  return { events, shutdown, loop };
}

const connected = (target: AgentTarget) => target.until(() => target.connections === 1);

/** How long the loop waited before each attempt that came after another, ms. */
const waitsIn = (log: CapturedLog) =>
  log.lines.filter(({ msg }) => msg === "Connecting again.").map((line) => line["waitMs"]);

function* numbersOf(events: ReceiveChannel<ObservabilityEvent>, count: number): Operation<unknown[]> {
  const numbers: unknown[] = [];
  while (numbers.length < count) numbers.push(numberOf(yield* events.receive()));
  return numbers;
}

describe("while the service is there", () => {
  test("every message becomes an event, in order", function* ({ target }) {
    const { events } = yield* startLoop(target);
    yield* connected(target);
    for (const number of [1, 2, 3]) target.send(message(number));
    expect(yield* numbersOf(events, 3)).toEqual([1, 2, 3]);
  });

  test("a message may be a binary frame", function* ({ target }) {
    const { events } = yield* startLoop(target);
    yield* connected(target);
    target.send(Buffer.from(message(1)));
    expect(yield* numbersOf(events, 1)).toEqual([1]);
  });

  test("nonsense is skipped, and costs neither the connection nor the next message", function* ({ target, log }) {
    const { events } = yield* startLoop(target);
    yield* connected(target);
    for (const text of ["not json", "[1,2]", '{"status":"RUNNING"}', message(1)]) target.send(text);
    expect(yield* numbersOf(events, 1)).toEqual([1]);
    expect(target.accepted).toBe(1);
    expect(log.messages.filter((sentence) => sentence === "Skipped a message.")).toHaveLength(3);
  });

  test("silence costs nothing as long as pings are answered", function* ({ clock, target }) {
    yield* startLoop(target);
    yield* connected(target);
    yield* clock.advance(3_600_000);
    expect([target.accepted, target.connections]).toEqual([1, 1]);
  });

  test("a full channel leaves the rest in the socket, and the connection is kept", function* ({ clock, target }) {
    const { events } = yield* startLoop(target, { capacity: 1 });
    yield* connected(target);
    const padded = JSON.stringify({ pipeline_key: "p", run_key: "r", status: "RUNNING", padding: "x".repeat(9_000) });
    yield* spawn(() => target.flood(3_000, { message: () => padded })); // more than all buffers on the way can hold
    yield* clock.advance(120_000); // four times the silence that a service is given
    expect(target.sent).toBeLessThan(3_000);
    expect([events.statistics().bufferUsed, target.accepted, target.connections]).toEqual([1, 1, 1]);
  });
});

describe("when the connection is lost", () => {
  test("connects again at once, and then after ever longer waits", function* ({ clock, target, log }) {
    const { events } = yield* startLoop(target);
    yield* connected(target);
    for (const number of [1, 2, 3]) target.send(message(number));
    expect(yield* numbersOf(events, 3)).toEqual([1, 2, 3]);
    target.refuse(2);
    target.closeClients(1006);
    yield* target.until(() => target.accepted === 2);
    target.send(message(4));
    expect(yield* numbersOf(events, 1)).toEqual([4]);
    expect([waitsIn(log), clock.now()]).toEqual([[0, 2_500, 5_000], 7_500]);
  });

  test("waits twice as long each time, up to a minute, for ever", function* ({ clock, target, log }) {
    target.refuse(Number.POSITIVE_INFINITY);
    yield* startLoop(target);
    yield* clock.advance(3_600_000);
    expect(waitsIn(log).slice(0, 8)).toEqual([0, 2_500, 5_000, 10_000, 20_000, 30_000, 30_000, 30_000]);
    target.refuse(0);
    yield* connected(target);
  });

  test("warns of a service that is down once a minute, and of how much is left out", function* ({
    clock,
    target,
    log,
  }) {
    target.refuse(Number.POSITIVE_INFINITY);
    yield* startLoop(target);
    yield* clock.advance(3_600_000);
    const warnings = log.lines.filter(({ level }) => level === "warn");
    expect(warnings.length).toBeGreaterThan(55);
    expect(warnings.length).toBeLessThanOrEqual(60);
    expect(warnings[0]).toMatchObject({ err: { code: "E_CONNECT" } });
    expect(warnings.at(-1)).toMatchObject({ leftOut: 1 });
    target.refuse(0);
    yield* connected(target);
  });

  test("starts anew after a connection that lasted a minute, not after a shorter one", function* ({
    clock,
    target,
    log,
  }) {
    yield* startLoop(target);
    for (const lastedMs of [1_000, 1_000, 60_000, 1_000]) {
      yield* connected(target);
      yield* clock.advance(lastedMs);
      target.closeClients(1006);
      yield* target.until(() => target.connections === 0);
    }
    yield* connected(target);
    expect(waitsIn(log)).toEqual([0, 2_500, 0, 2_500]);
  });

  test("notices a service that is gone without a word", function* ({ clock, log }) {
    const target = yield* useAgentTarget({ autoPong: false });
    yield* startLoop(target);
    yield* target.until(() => target.accepted === 2);
    expect(clock.now()).toBe(30_000);
    expect(log.expect("E_CONNECTION_CLOSED")).toMatchObject({ level: "warn" });
  });

  test("closes with 1009 on a message that is too long, and goes on without it", function* ({ target, log }) {
    const { events } = yield* startLoop(target);
    yield* connected(target);
    target.send("x".repeat(10_001));
    yield* target.until(() => target.accepted === 2);
    target.send(message(1));
    expect(yield* numbersOf(events, 1)).toEqual([1]);
    log.expect(/was closed: 1009 \(message too big/);
  });

  test("ends only with what no new attempt can mend", function* ({ target }) {
    const task: Task<WebSocketConnection> = {
      name: "hopeless",
      *execute() {
        throw new UnrecoverableError("E_TEST", "Somebody has to look at this.");
      },
    };
    expect(yield* thrownBy(() => websocketLoop(task, connectionTo(target)))).toMatchObject({ code: "E_TEST" });
  });
});

describe("the end", () => {
  test("on shutdown takes what was sent before the good-bye, and then closes the channel", function* ({ target }) {
    const { events, shutdown, loop } = yield* startLoop(target);
    yield* connected(target);
    for (const number of Array(100).keys()) target.send(message(number));
    expect(yield* numbersOf(events, 1)).toEqual([0]); // the agent, too, is connected now
    shutdown.request();
    yield* loop;
    expect(yield* numbersOf(events, 99)).toEqual([...Array(100).keys()].slice(1));
    expect(yield* thrownBy(() => events.receive())).toMatchObject({ code: "E_CHANNEL_END" });
    yield* target.until(() => target.connections === 0);
  });

  test("on shutdown does not wait for the next attempt", function* ({ clock, target }) {
    target.refuse(Number.POSITIVE_INFINITY);
    const { shutdown, loop } = yield* startLoop(target);
    yield* clock.advance(60_000);
    const requestedAt = clock.now();
    shutdown.request();
    yield* loop;
    expect(clock.now()).toBe(requestedAt);
  });

  test("never connects when shutdown was there first", function* ({ target }) {
    const { shutdown, loop } = yield* startLoop(target);
    shutdown.request();
    yield* loop;
    expect([target.accepted, target.connections]).toEqual([0, 0]);
  });

  test("a halt closes connection and channel", function* ({ target }) {
    const { events, loop } = yield* startLoop(target);
    yield* connected(target);
    yield* loop.halt();
    yield* target.until(() => target.connections === 0);
    expect(events.statistics().openSenders).toBe(0);
  });
});
