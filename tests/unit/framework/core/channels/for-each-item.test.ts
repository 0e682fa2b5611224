import { sleep, spawn, suspend } from "effection";
import { EndOfChannel, forEachItem, openMemoryChannel } from "../../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../../testlib/index.ts";
import { outcomeOf, untilWaiting } from "./support.ts";

describe("forEachItem", () => {
  test("takes one item after the other, until the channel ends", function* () {
    const [send, receive] = openMemoryChannel<number>(0);
    yield* spawn(function* () {
      for (const item of [1, 2, 3]) yield* send.send(item);
      send.close();
    });
    const log: string[] = [];
    yield* forEachItem(receive, function* (item) {
      log.push(`begin ${item}`);
      yield* sleep(0);
      log.push(`end ${item}`);
    });
    expect(log).toEqual(["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3"]);
    expect(receive.statistics().openReceivers).toBe(1);
  });

  test("throws when its end of the channel is closed under it", function* () {
    const [, receive] = openMemoryChannel<number>(0);
    const loop = yield* spawn(() => outcomeOf(() => forEachItem(receive, () => suspend())));
    yield* untilWaiting(receive, { receivers: 1 });
    receive.close();
    expect(yield* loop).toBe("E_CHANNEL_CLOSED");
  });

  test("does not take an error of its body, not even EndOfChannel, for the end of the channel", function* () {
    const [send, receive] = openMemoryChannel<number>(1);
    send.sendNowait(1);
    const thrown = new EndOfChannel();
    const error = yield* thrownBy(() =>
      forEachItem(receive, function* () {
        throw thrown;
      }),
    );
    expect(error).toBe(thrown);
  });

  test("leaves the items that it did not begin when it is halted", function* () {
    const [send, receive] = openMemoryChannel<number>(5);
    for (const item of [1, 2, 3]) send.sendNowait(item);
    const begun: number[] = [];
    const loop = yield* spawn(() =>
      forEachItem(receive, function* (item) {
        begun.push(item);
        if (item === 2) yield* suspend();
      }),
    );
    yield* sleep(0);
    yield* loop.halt();
    expect([begun, receive.receiveNowait()]).toEqual([[1, 2], 3]);
  });
});
