import { type Operation, spawn } from "effection";
import { Checkpoint, eventLoopTurn } from "../../../../framework/core/checkpoint.ts";
import { openMemoryChannel } from "../../../../framework/core/index.ts";
import { afterEach, describe, expect, test, vi } from "../../../../testlib/index.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** How often `step` runs before the event loop gets its next turn. */
function* stepsPerTurn(step: () => Operation<unknown>): Operation<number> {
  yield* eventLoopTurn();
  let turned = false;
  const immediate = setImmediate(() => {
    turned = true;
  });
  try {
    let steps = 0;
    for (; !turned && steps < 100_000; steps++) yield* step();
    return steps;
  } finally {
    clearImmediate(immediate);
  }
}

/** A clock that stands still but for what the test adds. */
function stopTheClock(): { nowMs: number } {
  const clock = { nowMs: 0 };
  vi.spyOn(performance, "now").mockImplementation(() => clock.nowMs);
  return clock;
}

describe("Checkpoint", () => {
  test("gives the event loop a turn every 256 passes", function* () {
    stopTheClock();
    const checkpoint = new Checkpoint();
    expect(yield* stepsPerTurn(() => checkpoint.pass())).toBe(256);
    expect(yield* stepsPerTurn(() => checkpoint.pass())).toBe(256);
  });

  test("gives it one after 5 ms, within 8 passes", function* () {
    const clock = stopTheClock();
    const checkpoint = new Checkpoint();
    const passIn1ms = () => {
      clock.nowMs += 1;
      return checkpoint.pass();
    };
    expect(yield* stepsPerTurn(passIn1ms)).toBe(8);
    expect(yield* stepsPerTurn(passIn1ms)).toBe(8);
    expect(yield* stepsPerTurn(() => checkpoint.pass())).toBe(256);
  });

  test.each([
    [4.999, 256],
    [5, 8],
  ] as const)("looks at the time: after %d ms it lets %d passes go by", function* ([sliceMs, passes]) {
    const clock = stopTheClock();
    const checkpoint = new Checkpoint();
    clock.nowMs = sliceMs;
    expect(yield* stepsPerTurn(() => checkpoint.pass())).toBe(passes);
  });

  test("lets all who pass it share one slice, those who come back from a turn included", function* () {
    stopTheClock();
    const checkpoint = new Checkpoint();
    let passes = 0;
    for (let i = 0; i < 10; i++) {
      yield* spawn(function* () {
        while (true) {
          yield* checkpoint.pass();
          passes += 1;
        }
      });
    }
    yield* eventLoopTurn();
    const before = passes;
    for (let i = 0; i < 100; i++) yield* eventLoopTurn();
    expect((passes - before) / 100).toBeLessThanOrEqual(256 + 10);
  });

  test("goes on counting when a task is halted in its turn", function* () {
    stopTheClock();
    const checkpoint = new Checkpoint();
    const halted = yield* spawn(() => checkpoint.turn());
    yield* halted.halt();
    expect(yield* stepsPerTurn(() => checkpoint.pass())).toBe(256);
  });
});

test("a turn that is halted keeps the event loop from waiting for it", function* () {
  const immediates = () => process.getActiveResourcesInfo().filter((kind) => kind === "Immediate").length;
  const before = immediates();
  const turn = yield* spawn(eventLoopTurn);
  yield* yield* spawn(function* () {
    expect(immediates()).toBe(before + 1);
    yield* turn.halt();
    expect(immediates()).toBe(before);
  });
});

describe("a memory channel shares the event loop", () => {
  test("when a task sends and receives without ever waiting", function* () {
    stopTheClock();
    const [send, receive] = openMemoryChannel<number>(1);
    const steps = yield* stepsPerTurn(function* () {
      yield* send.send(1);
      yield* receive.receive();
    });
    expect(steps).toBe(128);
  });

  test("when a task takes batch after batch out of a channel that is never empty", function* () {
    stopTheClock();
    const [send, receive] = openMemoryChannel<number>(10);
    const steps = yield* stepsPerTurn(function* () {
      send.sendNowait(1);
      yield* receive.receiveBatch(10);
    });
    expect(steps).toBe(256);
  });

  test.each([0, 1, 100])("when two tasks keep each other busy, capacity %d", function* (capacity) {
    stopTheClock();
    const [ping, pinged] = openMemoryChannel<number>(capacity);
    const [pong, ponged] = openMemoryChannel<number>(capacity);
    yield* spawn(function* () {
      while (true) yield* pong.send(yield* pinged.receive());
    });
    const rounds = yield* stepsPerTurn(function* () {
      yield* ping.send(1);
      yield* ponged.receive();
    });
    expect(rounds).toBe(128);
  });

  test("in real time, too: a timer fires within few slices", function* () {
    const [ping, pinged] = openMemoryChannel<number>(0);
    const [pong, ponged] = openMemoryChannel<number>(0);
    yield* spawn(function* () {
      while (true) yield* pong.send(yield* pinged.receive());
    });
    let turns = 0;
    yield* spawn(function* () {
      while (true) {
        yield* eventLoopTurn();
        turns += 1;
      }
    });
    let fired = false;
    const timer = setTimeout(() => {
      fired = true;
    }, 1);
    let rounds = 0;
    for (; !fired && rounds < 1_000_000; rounds++) {
      yield* ping.send(rounds);
      yield* ponged.receive();
    }
    clearTimeout(timer);
    expect(fired).toBe(true);
    expect(turns).toBeGreaterThanOrEqual(Math.floor(rounds / 256));
  });
});

test("a send that is halted in its checkpoint has sent nothing", function* () {
  stopTheClock();
  const [send, receive] = openMemoryChannel<number>(Number.POSITIVE_INFINITY);
  for (let i = 0; i < 255; i++) yield* send.send(i);
  const sender = yield* spawn(() => send.send(255));
  yield* spawn(function* () {
    yield* sender.halt();
  });
  yield* eventLoopTurn();
  expect(receive.statistics().bufferUsed).toBe(255);
});

test("a receive that is halted in its checkpoint has taken nothing", function* () {
  stopTheClock();
  const [send, receive] = openMemoryChannel<number>(Number.POSITIVE_INFINITY);
  for (let i = 0; i < 255; i++) yield* send.send(i);
  const receiver = yield* spawn(() => receive.receive());
  yield* spawn(function* () {
    yield* receiver.halt();
  });
  yield* eventLoopTurn();
  expect(receive.statistics().bufferUsed).toBe(255);
});
