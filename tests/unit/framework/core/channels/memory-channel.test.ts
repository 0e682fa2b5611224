import { sleep, spawn, until } from "effection";
import {
  openMemoryChannel,
  type ReceiveChannel,
  type SendChannel,
  WouldBlock,
} from "../../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../../testlib/index.ts";
import { outcomeNow, outcomeOf, untilWaiting } from "./support.ts";

describe("capacity", () => {
  test("0: a send waits until its item is received", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    const sender = yield* spawn(() => outcomeOf(() => send.send(1)));
    yield* untilWaiting(send, { senders: 1 });
    expect(outcomeNow(() => send.sendNowait(2))).toBe("E_CHANNEL_WOULD_BLOCK");
    expect(receive.receiveNowait()).toBe(1);
    expect(yield* sender).toBeUndefined();
    expect(outcomeNow(() => receive.receiveNowait())).toBe("E_CHANNEL_WOULD_BLOCK");
  });

  test("0: an item goes straight to the receiver that waits for it", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    const receiver = yield* spawn(() => receive.receive());
    yield* untilWaiting(receive, { receivers: 1 });
    send.sendNowait(1);
    expect(outcomeNow(() => send.sendNowait(2))).toBe("E_CHANNEL_WOULD_BLOCK");
    expect(yield* receiver).toBe(1);
  });

  test("1: one send goes through, the next one waits", function* () {
    const [send, receive] = openMemoryChannel<number>(1);
    yield* send.send(1);
    const sender = yield* spawn(() => send.send(2));
    yield* untilWaiting(send, { senders: 1 });
    expect(yield* receive.receive()).toBe(1);
    yield* sender;
    expect(yield* receive.receive()).toBe(2);
  });

  test("Infinity: no send ever waits", function* () {
    const [send, receive] = openMemoryChannel<number>(Number.POSITIVE_INFINITY);
    for (let i = 0; i < 10_000; i++) send.sendNowait(i);
    expect(receive.statistics().bufferUsed).toBe(10_000);
    expect(yield* receive.receiveBatch(Number.POSITIVE_INFINITY)).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
  });

  test.each([-1, 0.5, Number.NaN, Number.NEGATIVE_INFINITY])("cannot be %d", function* (capacity) {
    expect(outcomeNow(() => openMemoryChannel(capacity))).toBe("E_CHANNEL_CAPACITY");
    expect(() => openMemoryChannel(capacity)).toThrow(
      `A channel cannot have a capacity of ${capacity}. Give a whole number, 0 for a rendezvous, or Infinity.`,
    );
  });
});

describe("order", () => {
  test("serves waiting senders first come, first served", function* () {
    const [send, receive] = openMemoryChannel<number>(1);
    for (let i = 0; i < 5; i++) yield* spawn(() => send.send(i));
    yield* untilWaiting(send, { senders: 4 });
    expect(yield* receive.receiveBatch(10)).toEqual([0, 1, 2, 3, 4]);
  });

  test("serves waiting receivers first come, first served", function* () {
    const [send, receive] = openMemoryChannel<number>(10);
    const served: [receiver: string, item: number][] = [];
    for (const receiver of ["a", "b", "c"]) {
      yield* spawn(function* () {
        served.push([receiver, yield* receive.receive()]);
      });
    }
    yield* untilWaiting(receive, { receivers: 3 });
    for (const item of [1, 2, 3]) send.sendNowait(item);
    yield* untilWaiting(receive, {});
    yield* sleep(0);
    expect(served).toEqual([
      ["a", 1],
      ["b", 2],
      ["c", 3],
    ]);
  });

  test("moves a waiting sender up as soon as there is room, before anybody else", function* () {
    const [send, receive] = openMemoryChannel<number>(2);
    yield* send.send(1);
    yield* send.send(2);
    const third = yield* spawn(() => send.send(3));
    yield* untilWaiting(send, { senders: 1 });
    receive.receiveNowait();
    expect(outcomeNow(() => send.sendNowait(4))).toBe("E_CHANNEL_WOULD_BLOCK");
    yield* third;
    expect(yield* receive.receiveBatch(10)).toEqual([2, 3]);
  });
});

describe("receiveBatch", () => {
  test("takes what is there, up to its limit", function* () {
    const [send, receive] = openMemoryChannel<number>(10);
    for (const item of [1, 2, 3]) send.sendNowait(item);
    expect(yield* receive.receiveBatch(2)).toEqual([1, 2]);
    expect(yield* receive.receiveBatch(2)).toEqual([3]);
  });

  test("waits for the first item only", function* () {
    const [send, receive] = openMemoryChannel<number>(10);
    const batch = yield* spawn(() => receive.receiveBatch(10));
    yield* untilWaiting(receive, { receivers: 1 });
    send.sendNowait(1);
    send.sendNowait(2);
    expect(yield* batch).toEqual([1, 2]);
  });

  test("empties the hands of waiting senders, too", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    for (const item of [1, 2, 3]) yield* spawn(() => send.send(item));
    yield* untilWaiting(send, { senders: 3 });
    expect(yield* receive.receiveBatch(10)).toEqual([1, 2, 3]);
  });

  test("gives the last items of a channel before its end", function* () {
    const [send, receive] = openMemoryChannel<number>(10);
    send.sendNowait(1);
    send.close();
    expect(yield* receive.receiveBatch(10)).toEqual([1]);
    expect(yield* outcomeOf(() => receive.receiveBatch(10))).toBe("E_CHANNEL_END");
  });

  test("takes at least one item, whatever its limit", function* () {
    const [send, receive] = openMemoryChannel<number>(10);
    send.sendNowait(1);
    send.sendNowait(2);
    expect(yield* receive.receiveBatch(0)).toEqual([1]);
  });
});

describe("receive with a timeout", () => {
  test("gives up when its time is over, and takes nothing later", function* ({ clock }) {
    const [send, receive] = openMemoryChannel<number>(0);
    const error = yield* thrownBy(() => receive.receive({ timeoutMs: 1_500 }));
    expect(error).toMatchObject({ code: "E_TOO_SLOW", afterMs: 1_500, retryable: true });
    expect(error).toHaveProperty("message", "Receiving from the channel did not end within 1.5 s.");
    expect(clock.now()).toBe(1_500);
    expect(outcomeNow(() => send.sendNowait(1))).toBe("E_CHANNEL_WOULD_BLOCK");
  });

  test("gives the item that comes in time, and leaves no timer behind", function* ({ clock }) {
    const [send, receive] = openMemoryChannel<number>(0);
    yield* spawn(function* () {
      yield* sleep(99);
      yield* send.send(1);
    });
    expect(yield* receive.receive({ timeoutMs: 100 })).toBe(1);
    yield* clock.advance(1_000);
    expect(receive.statistics().receiversWaiting).toBe(0);
  });

  test("does not look at the time for an item that is there", function* ({ clock }) {
    const [send, receive] = openMemoryChannel<number>(2);
    send.sendNowait(1);
    send.sendNowait(2);
    expect(yield* receive.receive({ timeoutMs: 0 })).toBe(1);
    expect(yield* receive.receiveBatch(10, { timeoutMs: 0 })).toEqual([2]);
    expect(clock.now()).toBe(0);
  });

  test("leaves the others waiting in their order when one gives up", function* ({ clock: _ }) {
    const [send, receive] = openMemoryChannel<number>(0);
    const first = yield* spawn(() => receive.receive());
    const second = yield* spawn(() => outcomeOf(() => receive.receive({ timeoutMs: 10 })));
    const third = yield* spawn(() => receive.receive());
    expect(yield* second).toBe("E_TOO_SLOW");
    send.sendNowait(1);
    send.sendNowait(3);
    expect([yield* first, yield* third]).toEqual([1, 3]);
  });

  test("refuses a timeout that is not a number, and goes on", function* () {
    const [send, receive] = openMemoryChannel<number>(1);
    const error = yield* thrownBy(() => receive.receive({ timeoutMs: Number.NaN }));
    expect(error).toMatchObject({ code: "E_DEADLINE" });
    send.sendNowait(1);
    expect(yield* receive.receive()).toBe(1);
  });

  test.each([Number.POSITIVE_INFINITY, 2 ** 31])("waits without limit for %d ms", function* (timeoutMs, { clock }) {
    const [send, receive] = openMemoryChannel<number>(0);
    const receiver = yield* spawn(() => receive.receive({ timeoutMs }));
    yield* clock.advance(60_000);
    send.sendNowait(1);
    expect(yield* receiver).toBe(1);
  });
});

test("receive takes a timeout as long as timers go", { clock: { maxVirtualMs: 2 ** 31 } }, function* ({ clock }) {
  const [, receive] = openMemoryChannel<number>(0);
  expect(yield* outcomeOf(() => receive.receive({ timeoutMs: 2 ** 31 - 1 }))).toBe("E_TOO_SLOW");
  expect(clock.now()).toBe(2 ** 31 - 1);
});

describe("statistics", () => {
  test("are the same from both ends and count clones, items and waiting tasks", function* () {
    const [send, receive] = openMemoryChannel<string>(2);
    const ends = [send.clone(), receive.clone(), receive.clone()];
    for (const item of ["a", "b", "c", "d"]) yield* spawn(() => send.send(item));
    yield* untilWaiting(send, { senders: 2 });
    const full = {
      capacity: 2,
      bufferUsed: 2,
      peakBufferUsed: 2,
      openSenders: 2,
      openReceivers: 3,
      sendersWaiting: 2,
      receiversWaiting: 0,
    };
    expect([send.statistics(), receive.statistics()]).toEqual([full, full]);
    yield* receive.receiveBatch(10);
    for (const end of ends) end.close();
    yield* spawn(() => receive.receive());
    yield* untilWaiting(receive, { receivers: 1 });
    expect(receive.statistics()).toEqual({
      ...full,
      bufferUsed: 0,
      openSenders: 1,
      openReceivers: 1,
      sendersWaiting: 0,
      receiversWaiting: 1,
    });
  });

  test("do not count an item that somebody waits for as buffered", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    const receiver = yield* spawn(() => receive.receive());
    yield* untilWaiting(receive, { receivers: 1 });
    send.sendNowait(1);
    expect(send.statistics()).toMatchObject({ bufferUsed: 0, peakBufferUsed: 0, receiversWaiting: 0 });
    yield* receiver;
    expect(send.statistics()).toMatchObject({ bufferUsed: 0, peakBufferUsed: 0 });
  });
});

test("carries every value, undefined included", function* () {
  const [send, receive] = openMemoryChannel<undefined | null | 0>(3);
  for (const item of [undefined, null, 0] as const) yield* send.send(item);
  expect(yield* receive.receiveBatch(3)).toEqual([undefined, null, 0]);
});

test("may be used from outside Effection: a waiting task runs before sendNowait returns", function* () {
  const [send, receive] = openMemoryChannel<number>(0);
  const log: string[] = [];
  yield* spawn(function* () {
    log.push(`received ${yield* receive.receive()}`);
    log.push(`received ${yield* receive.receive()}`);
  });
  yield* untilWaiting(receive, { receivers: 1 });
  const sent = new Promise<void>((resolve) => {
    setImmediate(() => {
      send.sendNowait(1);
      send.sendNowait(2);
      log.push("sent");
      resolve();
    });
  });
  yield* until(sent);
  expect(log).toEqual(["received 1", "received 2", "sent"]);
});

test("keeps its state in order when a task that it wakes uses the channel at once", function* () {
  const [send, receive] = openMemoryChannel<number>(0);
  const log: unknown[] = [];
  yield* spawn(function* () {
    yield* send.send(1);
    log.push(outcomeNow(() => receive.receiveNowait()));
    receive.close();
  });
  yield* untilWaiting(send, { senders: 1 });
  const received = new Promise<number>((resolve) => setImmediate(() => resolve(receive.receiveNowait())));
  expect([yield* until(received), log]).toEqual([1, ["E_CHANNEL_WOULD_BLOCK"]]);
});

test("lets an end be closed by the block that uses it", function* () {
  const [send, receive] = openMemoryChannel<number>(1);
  {
    using clone = send.clone();
    clone.sendNowait(1);
    send.close();
    expect(receive.statistics().openSenders).toBe(1);
  }
  expect(receive.statistics().openSenders).toBe(0);
  {
    using clone = receive.clone();
    expect(clone.receiveNowait()).toBe(1);
    receive.close();
    expect(send.statistics().openReceivers).toBe(1);
  }
  expect(send.statistics().openReceivers).toBe(0);
});

test("says in an error what is wrong and what to do", function* () {
  const [send, receive] = openMemoryChannel<number>(0);
  expect(() => send.sendNowait(1)).toThrow(new WouldBlock("The channel is full. Use send() to wait for room."));
  expect(() => receive.receiveNowait()).toThrow(
    new WouldBlock("The channel is empty. Use receive() to wait for an item."),
  );
});

test("takes a wider send end and a narrower receive end where types ask for less", function* () {
  const [send, receive] = openMemoryChannel<string | number>(1);
  const sendsText: SendChannel<string> = send;
  const receivesAny: ReceiveChannel<unknown> = receive;
  yield* sendsText.send("text");
  expect(yield* receivesAny.receive()).toBe("text");
});
