import { type Task as RunningTask, race, sleep, spawn } from "effection";
import { eventLoopTurn } from "../../../../../framework/core/checkpoint.ts";
import { openMemoryChannel } from "../../../../../framework/core/index.ts";
import { describe, expect, test } from "../../../../../testlib/index.ts";
import { outcomeNow, outcomeOf, untilWaiting } from "./support.ts";

describe("a halted sender", () => {
  test("that was waiting leaves nothing", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    const first = yield* spawn(() => send.send(1));
    yield* spawn(() => send.send(2));
    yield* untilWaiting(send, { senders: 2 });
    yield* first.halt();
    expect(yield* receive.receiveBatch(10)).toEqual([2]);
    expect(outcomeNow(() => receive.receiveNowait())).toBe("E_CHANNEL_WOULD_BLOCK");
  });

  test("whose item was taken before has sent it", function* () {
    const [send, receive] = openMemoryChannel<number>(1);
    send.sendNowait(1);
    const sender = yield* spawn(() => send.send(2));
    yield* untilWaiting(send, { senders: 1 });
    expect(receive.receiveNowait()).toBe(1);
    yield* sender.halt(); // before it could notice
    expect(receive.receiveNowait()).toBe(2);
  });
});

describe("a halted receiver", () => {
  test("that was waiting takes nothing", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    const receiver = yield* spawn(() => receive.receive());
    yield* untilWaiting(receive, { receivers: 1 });
    yield* receiver.halt();
    expect(send.statistics().receiversWaiting).toBe(0);
    expect(outcomeNow(() => send.sendNowait(1))).toBe("E_CHANNEL_WOULD_BLOCK");
  });

  test("that was promised an item in the same pass leaves it in the channel, before later ones", function* () {
    const [send, receive] = openMemoryChannel<number>(1);
    const receiver = yield* spawn(() => receive.receive());
    yield* untilWaiting(receive, { receivers: 1 });
    send.sendNowait(1);
    send.sendNowait(2);
    yield* receiver.halt();
    expect(send.statistics()).toMatchObject({ capacity: 1, bufferUsed: 2, peakBufferUsed: 2 });
    expect(outcomeNow(() => send.sendNowait(3))).toBe("E_CHANNEL_WOULD_BLOCK");
    expect(yield* receive.receiveBatch(10)).toEqual([1, 2]);
  });

  test("may bring the buffer above its capacity, which no waiting sender then adds to", function* () {
    const [send, receive] = openMemoryChannel<number>(1);
    const receiver = yield* spawn(() => receive.receive());
    yield* untilWaiting(receive, { receivers: 1 });
    send.sendNowait(1);
    send.sendNowait(2);
    yield* receiver.halt();
    yield* spawn(() => send.send(3));
    yield* untilWaiting(send, { senders: 1 });
    expect(receive.receiveNowait()).toBe(1);
    expect(send.statistics()).toMatchObject({ bufferUsed: 1, sendersWaiting: 1 });
    expect([receive.receiveNowait(), receive.receiveNowait()]).toEqual([2, 3]);
  });

  test("gives its promise to the next one who waits", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    const first = yield* spawn(() => receive.receive());
    const second = yield* spawn(() => receive.receive());
    yield* untilWaiting(receive, { receivers: 2 });
    send.sendNowait(1);
    yield* first.halt();
    expect(yield* second).toBe(1);
  });

  test.each([
    { halted: [0], received: [1, 2, 3, 4] },
    { halted: [2, 0], received: [1, 2, 3, 4] },
    { halted: [0, 1, 2], received: [1, 2, 3, 4] },
    { halted: [2, 1, 0], received: [1, 2, 3, 4] },
  ])("is one of several in the same pass ($halted): all items stay, in order", function* ({ halted, received }) {
    const [send, receive] = openMemoryChannel<number>(1);
    const items: number[] = [];
    const receivers: RunningTask<void>[] = [];
    for (let i = 0; i < 3; i++) {
      receivers.push(
        yield* spawn(function* () {
          items.push(yield* receive.receive());
        }),
      );
    }
    yield* untilWaiting(receive, { receivers: 3 });
    for (const item of [1, 2, 3, 4]) send.sendNowait(item);
    for (const i of halted) yield* (receivers[i] ?? expect.fail()).halt();
    yield* eventLoopTurn();
    send.close();
    items.push(...(yield* receive.receiveBatch(10)));
    expect(items).toEqual(received);
  });

  test("that was promised the last item of a channel keeps the end from the others until it is theirs", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    const first = yield* spawn(() => receive.receive());
    const second = yield* spawn(() => outcomeOf(() => receive.receive()));
    const third = yield* spawn(() => outcomeOf(() => receive.receive()));
    yield* untilWaiting(receive, { receivers: 3 });
    send.sendNowait(1);
    send.close();
    expect(outcomeNow(() => receive.receiveNowait())).toBe("E_CHANNEL_WOULD_BLOCK");
    yield* first.halt();
    expect([yield* second, yield* third]).toEqual([1, "E_CHANNEL_END"]);
  });

  test("leaves nothing behind when nobody else can receive", function* () {
    const [send, receive] = openMemoryChannel<number>(1);
    const receiver = yield* spawn(() => receive.receive());
    yield* untilWaiting(receive, { receivers: 1 });
    send.sendNowait(1);
    receive.close();
    yield* receiver.halt();
    expect(send.statistics()).toMatchObject({ bufferUsed: 0, openReceivers: 0 });
  });

  test("with a timeout leaves no timer behind", function* ({ clock }) {
    const [send, receive] = openMemoryChannel<number>(1);
    const halted = yield* spawn(() => receive.receive({ timeoutMs: 10 }));
    const waiting = yield* spawn(() => outcomeOf(() => receive.receive({ timeoutMs: 30 })));
    yield* untilWaiting(receive, { receivers: 2 });
    yield* halted.halt();
    yield* clock.advance(20);
    send.sendNowait(1);
    expect(yield* waiting).toBe(1);
  });
});

// Effection then replaces the wait by the next one and forgets the first one's cleanup function: only `finally` runs.
describe("a task that halts itself, waits, and waits again in its cleanup", () => {
  test("no longer counts as a receiver", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    const receiver: RunningTask<void> = yield* spawn(function* () {
      haltSoon(receiver);
      try {
        yield* receive.receive();
      } finally {
        yield* eventLoopTurn();
      }
    });
    yield* eventLoopTurn();
    expect(send.statistics().receiversWaiting).toBe(0);
    expect(outcomeNow(() => send.sendNowait(1))).toBe("E_CHANNEL_WOULD_BLOCK");
  });

  test("no longer counts as a sender", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    const sender: RunningTask<void> = yield* spawn(function* () {
      haltSoon(sender);
      try {
        yield* send.send(1);
      } finally {
        yield* eventLoopTurn();
      }
    });
    yield* eventLoopTurn();
    expect(receive.statistics().sendersWaiting).toBe(0);
    expect(outcomeNow(() => receive.receiveNowait())).toBe("E_CHANNEL_WOULD_BLOCK");
  });
});

test("loses nothing to a receiver that keeps giving up", function* ({ clock }) {
  const [send, receive] = openMemoryChannel<number>(0);
  const items = 500;
  yield* spawn(function* () {
    for (let i = 0; i < items; i++) {
      yield* send.send(i);
      yield* sleep(i % 3);
    }
    send.close();
  });
  const received: number[] = [];
  let givenUp = 0;
  while (received.length < items) {
    yield* race([
      (function* () {
        received.push(yield* receive.receive());
      })(),
      (function* () {
        yield* sleep(1);
        givenUp += 1;
      })(),
    ]);
  }
  expect(received).toEqual(Array.from({ length: items }, (_, i) => i));
  expect(givenUp).toBeGreaterThan(items / 10);
  expect(clock.now()).toBeGreaterThanOrEqual(498); // the sum of the pauses
});

function haltSoon(task: RunningTask<void>): void {
  task.halt().catch(() => {});
}
