import { spawn } from "effection";
import { openMemoryChannel } from "../../../../../framework/core/index.ts";
import { describe, expect, test } from "../../../../../testlib/index.ts";
import { outcomeNow, outcomeOf, untilWaiting } from "./support.ts";

describe("closing one's own send end", () => {
  test("refuses the tasks that wait on it, and no others", function* () {
    const [send, receive] = openMemoryChannel<string>(0);
    const clone = send.clone();
    const own = yield* spawn(() => outcomeOf(() => send.send("own")));
    const other = yield* spawn(() => outcomeOf(() => clone.send("other")));
    yield* untilWaiting(send, { senders: 2 });
    send.close();
    expect(yield* own).toBe("E_CHANNEL_CLOSED");
    expect([yield* receive.receive(), yield* other]).toEqual(["other", undefined]);
  });

  test("leaves what it sent", function* () {
    const [send, receive] = openMemoryChannel<number>(2);
    const clone = send.clone();
    send.sendNowait(1);
    send.close();
    clone.sendNowait(2);
    expect(yield* receive.receiveBatch(10)).toEqual([1, 2]);
  });

  test("makes every later use of it an error", function* () {
    const [send] = openMemoryChannel<number>(2);
    const clone = send.clone();
    send.close();
    expect(yield* outcomeOf(() => send.send(1))).toBe("E_CHANNEL_CLOSED");
    expect(outcomeNow(() => send.sendNowait(1))).toBe("E_CHANNEL_CLOSED");
    expect(outcomeNow(() => send.clone())).toBe("E_CHANNEL_CLOSED");
    expect(outcomeNow(() => clone.sendNowait(1))).toBeUndefined();
  });

  test("comes before the news that there are no receivers", function* () {
    const [send, receive] = openMemoryChannel<number>(2);
    receive.close();
    send.close();
    expect(outcomeNow(() => send.sendNowait(1))).toBe("E_CHANNEL_CLOSED");
  });
});

describe("closing one's own receive end", () => {
  test("refuses the tasks that wait on it, and no others", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    const clone = receive.clone();
    const own = yield* spawn(() => outcomeOf(() => receive.receive()));
    const ownBatch = yield* spawn(() => outcomeOf(() => receive.receiveBatch(2)));
    const other = yield* spawn(() => outcomeOf(() => clone.receive()));
    yield* untilWaiting(receive, { receivers: 3 });
    receive.close();
    send.sendNowait(1);
    expect([yield* own, yield* ownBatch, yield* other]).toEqual(["E_CHANNEL_CLOSED", "E_CHANNEL_CLOSED", 1]);
  });

  test("leaves what is buffered to its clones", function* () {
    const [send, receive] = openMemoryChannel<number>(2);
    const clone = receive.clone();
    send.sendNowait(1);
    receive.close();
    expect(clone.receiveNowait()).toBe(1);
  });

  test("makes every later use of it an error", function* () {
    const [send, receive] = openMemoryChannel<number>(2);
    receive.clone();
    send.sendNowait(1);
    receive.close();
    expect(yield* outcomeOf(() => receive.receive())).toBe("E_CHANNEL_CLOSED");
    expect(yield* outcomeOf(() => receive.receiveBatch(1))).toBe("E_CHANNEL_CLOSED");
    expect(outcomeNow(() => receive.receiveNowait())).toBe("E_CHANNEL_CLOSED");
    expect(outcomeNow(() => receive.clone())).toBe("E_CHANNEL_CLOSED");
  });

  test("comes before the news that the channel has ended", function* () {
    const [send, receive] = openMemoryChannel<number>(2);
    send.close();
    receive.close();
    expect(outcomeNow(() => receive.receiveNowait())).toBe("E_CHANNEL_CLOSED");
  });

  test("lets a task that was already promised an item have it", function* () {
    const [send, receive] = openMemoryChannel<number>(5);
    const clone = receive.clone();
    const batch = yield* spawn(() => outcomeOf(() => receive.receiveBatch(5)));
    yield* untilWaiting(receive, { receivers: 1 });
    send.sendNowait(1);
    send.sendNowait(2);
    receive.close();
    expect([yield* batch, clone.receiveNowait()]).toEqual([[1], 2]);
  });
});

describe("closing all senders", () => {
  test("ends the wait of every receiver", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    const clone = receive.clone();
    const one = yield* spawn(() => outcomeOf(() => receive.receive()));
    const other = yield* spawn(() => outcomeOf(() => clone.receiveBatch(2)));
    yield* untilWaiting(receive, { receivers: 2 });
    send.close();
    expect([yield* one, yield* other]).toEqual(["E_CHANNEL_END", "E_CHANNEL_END"]);
  });

  test("ends the channel after what is buffered, for good", function* () {
    const [send, receive] = openMemoryChannel<number>(2);
    send.sendNowait(1);
    send.sendNowait(2);
    send.close();
    expect([yield* receive.receive(), yield* receive.receive()]).toEqual([1, 2]);
    expect(yield* outcomeOf(() => receive.receive())).toBe("E_CHANNEL_END");
    expect(outcomeNow(() => receive.receiveNowait())).toBe("E_CHANNEL_END");
  });

  test("needs every clone to be closed", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    const clone = send.clone();
    const receiver = yield* spawn(() => outcomeOf(() => receive.receive()));
    yield* untilWaiting(receive, { receivers: 1 });
    send.close();
    send.close(); // a second time changes nothing
    expect(receive.statistics()).toMatchObject({ openSenders: 1, receiversWaiting: 1 });
    clone.close();
    expect(yield* receiver).toBe("E_CHANNEL_END");
  });
});

describe("closing all receivers", () => {
  test("breaks the wait of every sender", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    const clone = send.clone();
    const one = yield* spawn(() => outcomeOf(() => send.send(1)));
    const other = yield* spawn(() => outcomeOf(() => clone.send(2)));
    yield* untilWaiting(send, { senders: 2 });
    receive.close();
    expect([yield* one, yield* other]).toEqual(["E_CHANNEL_BROKEN", "E_CHANNEL_BROKEN"]);
  });

  test("drops what is buffered and refuses what comes later", function* () {
    const [send, receive] = openMemoryChannel<number>(2);
    send.sendNowait(1);
    receive.close();
    expect(send.statistics()).toMatchObject({ bufferUsed: 0, openReceivers: 0 });
    expect(yield* outcomeOf(() => send.send(2))).toBe("E_CHANNEL_BROKEN");
    expect(outcomeNow(() => send.clone().sendNowait(2))).toBe("E_CHANNEL_BROKEN");
  });

  test("needs every clone to be closed", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    const clone = receive.clone();
    const sender = yield* spawn(() => outcomeOf(() => send.send(1)));
    yield* untilWaiting(send, { senders: 1 });
    receive.close();
    receive.close(); // a second time changes nothing
    expect(send.statistics()).toMatchObject({ openReceivers: 1, sendersWaiting: 1 });
    clone.close();
    expect(yield* sender).toBe("E_CHANNEL_BROKEN");
  });

  test("lets a task that was already promised an item have it, and drops the rest", function* () {
    const [send, receive] = openMemoryChannel<number>(5);
    const receiver = yield* spawn(() => outcomeOf(() => receive.receive()));
    yield* untilWaiting(receive, { receivers: 1 });
    send.sendNowait(1);
    send.sendNowait(2);
    receive.close();
    expect(yield* receiver).toBe(1);
    expect(send.statistics().bufferUsed).toBe(0);
  });
});
