import { spawn } from "effection";
import { eventLoopTurn } from "../../../../../framework/core/checkpoint.ts";
import { nullSendChannel } from "../../../../../framework/core/index.ts";
import { describe, expect, test } from "../../../../../testlib/index.ts";

describe("nullSendChannel", () => {
  test("accepts and forgets, also when it is closed", function* () {
    const channel = nullSendChannel<number>();
    yield* channel.send(1);
    channel.sendNowait(2);
    channel.close();
    yield* channel.send(3);
    channel.sendNowait(4);
    expect(channel.statistics()).toEqual({
      capacity: Number.POSITIVE_INFINITY,
      bufferUsed: 0,
      peakBufferUsed: 0,
      openSenders: 1,
      openReceivers: 1,
      sendersWaiting: 0,
      receiversWaiting: 0,
    });
  });

  test("is its own clone", function* () {
    const channel = nullSendChannel<number>();
    expect(channel.clone()).toBe(channel);
  });

  test("lets the event loop have its turn under a task that never stops sending", function* () {
    const channel = nullSendChannel<number>();
    const sender = yield* spawn(function* () {
      while (true) yield* channel.send(1);
    });
    yield* eventLoopTurn(); // would not return
    yield* sender.halt();
  });
});
