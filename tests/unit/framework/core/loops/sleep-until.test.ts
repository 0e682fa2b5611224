import { moveOnAfter } from "../../../../../framework/core/index.ts";
import { sleepUntil } from "../../../../../framework/core/loops/sleep-until.ts";
import { describe, expect, test } from "../../../../../testlib/index.ts";

const DAY_MS = 86_400_000;

describe("sleepUntil", () => {
  test("sleeps until the moment has come", function* ({ clock }) {
    yield* sleepUntil(performance.now() + 2_500);
    expect(clock.now()).toBe(2_500);
  });

  test("never wakes before it, not by a fraction of a millisecond", function* ({ clock }) {
    yield* sleepUntil(10.2);
    expect(clock.now()).toBe(11);
  });

  test("returns at once when it is past", function* ({ clock }) {
    yield* clock.advance(100);
    yield* sleepUntil(100);
    yield* sleepUntil(7);
    yield* sleepUntil(Number.NEGATIVE_INFINITY);
    expect(clock.now()).toBe(100);
  });

  test("sleeps longer than a timer can", { clock: { maxVirtualMs: 100 * DAY_MS } }, function* ({ clock }) {
    yield* sleepUntil(60 * DAY_MS);
    expect(clock.now()).toBe(60 * DAY_MS);
  });

  test("can be halted", function* ({ clock }) {
    yield* moveOnAfter(10, () => sleepUntil(1_000));
    expect([clock.now(), clock.describeTimers()]).toEqual([10, ""]);
  });
});
