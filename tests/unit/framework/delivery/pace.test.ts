import { action, type Operation, spawn } from "effection";
import { eventLoopTurn, unitOfWork } from "../../../../framework/core/index.ts";
import { Pace } from "../../../../framework/delivery/pace.ts";
import { describe, expect } from "../../../../testlib/index.ts";
import { test } from "./life.ts";
import { event } from "./support.ts";

describe("the pace at which events come in", () => {
  test("is 32 for each turn of the event loop, however many go out", function* () {
    const pace = new Pace(() => 256);
    expect(comeIn(pace)).toBe(32);
    yield* goOut(pace, 100);
    yield* pace.turn();
    expect(1 + comeIn(pace)).toBe(32);
  });

  test("is one for each that has gone out, and one every other turn, while delivery lags", function* () {
    const pace = new Pace(() => 257);
    comeIn(pace);
    const cameIn: number[] = [];
    const turn = yield* spawn(function* () {
      while (true) {
        yield* pace.turn();
        cameIn.push(1 + comeIn(pace));
      }
    });
    yield* goOut(pace, 40); // the 32 that came in first are made up for
    expect(cameIn).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    yield* eventLoopTurn();
    yield* eventLoopTurn();
    yield* eventLoopTurn();
    expect(cameIn.length).toBe(9);
    yield* turn.halt();
    yield* goOut(pace, 100);
    yield* pace.turn();
    expect(1 + comeIn(pace)).toBe(32);
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

/** From outside Effection, so that who waits for it comes in at once. */
function goOut(pace: Pace, count: number): Operation<void> {
  return action((resolve) => {
    const immediate = setImmediate(() => {
      for (let i = 0; i < count; i++) pace.settled();
      resolve();
    });
    return () => clearImmediate(immediate);
  });
}

/** @returns how many come in before a turn of the event loop is due */
function comeIn(pace: Pace): number {
  let count = 0;
  while (!pace.isDue()) count++;
  return count;
}
