import { spawn } from "effection";
import { unitOfWork } from "../../../../framework/core/index.ts";
import { Pace } from "../../../../framework/delivery/pace.ts";
import { describe, expect } from "../../../../testlib/index.ts";
import { test } from "./life.ts";
import { event } from "./support.ts";

describe("the pace at which events come in", () => {
  test("is 32 for each turn of the event loop, however many go out", function* () {
    const pace = new Pace(() => 256);
    expect(comeIn(pace)).toBe(32);
    for (let i = 0; i < 100; i++) pace.settled();
    yield* pace.turn();
    expect(1 + comeIn(pace)).toBe(32);
  });

  test("is one for each that has gone out, and one more, while delivery lags", function* () {
    const pace = new Pace(() => 257);
    comeIn(pace);
    for (let i = 0; i < 5; i++) pace.settled();
    yield* pace.turn();
    expect(1 + comeIn(pace)).toBe(6);
    yield* pace.turn();
    expect(1 + comeIn(pace)).toBe(1);
    for (let i = 0; i < 100; i++) pace.settled();
    yield* pace.turn();
    expect(1 + comeIn(pace)).toBe(33);
  });

  test("leaves no queue behind a source that never pauses", function* ({ live }) {
    yield* live(function* ({ send, receive, outbox }) {
      yield* spawn(function* () {
        for (let unit = 0; ; unit++) {
          yield* unitOfWork(function* () {
            for (let i = 0; i < 256; i++) yield* send.send(event(`${unit} ${i}`, "1"));
          });
        }
      });
      for (let i = 0; i < 5_000; i++) receive.acknowledge(yield* receive.receive());
      expect(outbox.statistics().queued).toBeLessThan(2_000);
    });
  });
});

/** @returns how many come in before a turn of the event loop is due */
function comeIn(pace: Pace): number {
  let count = 0;
  while (!pace.isDue()) count++;
  return count;
}
