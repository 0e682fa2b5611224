import { Alarm } from "../../../../../framework/core/scopes/alarm.ts";
import { describe, expect, test } from "../../../../../testlib/index.ts";

const LONGEST_DELAY_MS = 2 ** 31 - 1;

describe("an alarm", () => {
  test("rings once, at its deadline", function* ({ clock }) {
    const rings: number[] = [];
    const alarm = new Alarm(() => rings.push(clock.now()));
    expect(alarm.deadlineMs).toBe(Number.POSITIVE_INFINITY);
    alarm.set(50);
    expect(alarm.deadlineMs).toBe(50);
    yield* clock.advance(1_000);
    expect(rings).toEqual([50]);
  });

  test("rings at once when its deadline is past", function* ({ clock }) {
    yield* clock.advance(100);
    const rings: number[] = [];
    new Alarm(() => rings.push(clock.now())).set(7);
    yield* clock.advance(1_000);
    expect(rings).toEqual([100]);
  });

  test("never rings before its deadline, not by a fraction of a millisecond", function* ({ clock }) {
    const rings: number[] = [];
    new Alarm(() => rings.push(clock.now())).set(10.2);
    yield* clock.advance(1_000);
    expect(rings).toEqual([11]);
  });

  test("sets no timer for a deadline that is put off", function* ({ clock }) {
    const rings: number[] = [];
    const alarm = new Alarm(() => rings.push(clock.now()));
    alarm.set(10);
    for (let i = 1; i <= 100; i++) alarm.set(10 + i);
    expect(clock.describeTimers()).toMatch(/^ *setTimeout of 10 ms, due in 10 ms,.*$/);
    yield* clock.advance(1_000);
    expect(rings).toEqual([110]);
  });

  test("is silent, without a timer, once its deadline was taken away; and takes a new one", function* ({ clock }) {
    const rings: number[] = [];
    const alarm = new Alarm(() => rings.push(clock.now()));
    alarm.set(10);
    alarm.set(Number.POSITIVE_INFINITY);
    yield* clock.advance(100);
    expect(clock.describeTimers()).toBe("");
    alarm.set(150);
    yield* clock.advance(1_000);
    expect(rings).toEqual([150]);
  });

  test("is silent once it was cleared, and may be set again for the same moment", function* ({ clock }) {
    const rings: number[] = [];
    const alarm = new Alarm(() => rings.push(clock.now()));
    alarm.set(10);
    alarm.clear();
    expect(clock.describeTimers()).toBe("");
    yield* clock.advance(5);
    alarm.set(10);
    yield* clock.advance(1_000);
    expect(rings).toEqual([10]);
  });

  test.each([LONGEST_DELAY_MS, LONGEST_DELAY_MS + 1, 2 * LONGEST_DELAY_MS + 7])(
    "reaches further than a timer does: %d ms",
    { clock: { maxVirtualMs: 3 * LONGEST_DELAY_MS } },
    function* (deadlineMs, { clock }) {
      const rings: number[] = [];
      new Alarm(() => rings.push(clock.now())).set(deadlineMs);
      yield* clock.advance(deadlineMs + 1_000);
      expect(rings).toEqual([deadlineMs]);
    },
  );
});
