import { type Operation, sleep, spawn, suspend, until } from "effection";
import { expect, test } from "../../../../testlib/index.ts";

test("jumps to the next deadline when everything is blocked", function* ({ clock }) {
  yield* sleep(3_600_000);
  expect(clock.now()).toBe(3_600_000);
  expect(Date.now()).toBe(3_600_000);
  expect(performance.now()).toBe(3_600_000);
});

test("starts where the options say", { clock: { start: Date.UTC(2026, 0, 1) } }, function* ({ clock }) {
  yield* sleep(1_000);
  expect(new Date().toISOString()).toBe("2026-01-01T00:00:01.000Z");
  expect(clock.now()).toBe(Date.UTC(2026, 0, 1) + 1_000);
  expect(performance.now()).toBe(1_000);
});

test("fires timers in the order of their deadlines", function* ({ clock }) {
  const fired: number[] = [];
  for (const delayMs of [30, 10, 20]) setTimeout(() => fired.push(clock.now()), delayMs);
  yield* clock.advanceUntilIdle();
  expect(fired).toEqual([10, 20, 30]);
});

test("repeats an interval until it is cleared", function* ({ clock }) {
  const at: number[] = [];
  const interval = setInterval(() => {
    at.push(clock.now());
    if (at.length === 3) clearInterval(interval);
  }, 250);
  yield* clock.advanceUntilIdle();
  expect(at).toEqual([250, 500, 750]);
});

test("takes a delay that is too long for Node as Node does: 1 ms", function* ({ clock }) {
  yield* sleep(2 ** 31);
  expect(clock.now()).toBe(1);
  yield* sleep(Number.POSITIVE_INFINITY);
  expect(clock.now()).toBe(2);
});

test("takes a delay that is negative or no number as Node does: 1 ms", function* ({ clock }) {
  for (const delayMs of [Number.NaN, -5, Number.NEGATIVE_INFINITY]) yield* sleep(delayMs);
  expect(clock.now()).toBe(3);
});

test("repeats an interval that is no number every 1 ms, as Node does", function* ({ clock }) {
  const at: number[] = [];
  const interval = setInterval(() => at.push(clock.now()), Number.NaN);
  yield* clock.advance(3);
  clearInterval(interval);
  expect(at).toEqual([1, 2, 3]);
});

test("hands timers their arguments, and refuses what is no function", function* ({ clock }) {
  const got: unknown[] = [];
  setTimeout((...args: unknown[]) => got.push(...args), 1, "x", 2);
  yield* clock.advance(1);
  expect(got).toEqual(["x", 2]);
  const noFunction: unknown = "code";
  expect(() => Reflect.apply(setTimeout, undefined, [noFunction, 1])).toThrow("needs a function");
});

test("waits for a task that lets the event loop turn again and again", function* ({ clock }) {
  const seen: number[] = [];
  yield* spawn(function* () {
    yield* sleep(1_000);
    seen.push(clock.now());
  });
  yield* sleep(0);
  for (let turn = 0; turn < 50; turn++) {
    yield* eventLoopTurn();
    expect(clock.now()).toBe(0);
  }
  yield* sleep(1_000);
  expect(seen).toEqual([1_000]);
});

function* eventLoopTurn(): Operation<void> {
  const turned = Promise.withResolvers<void>();
  setImmediate(turned.resolve);
  yield* until(turned.promise);
}

test("halts what is still running when the body ends", function* ({ clock }) {
  yield* spawn(suspend);
  yield* spawn(function* () {
    while (true) yield* sleep(10);
  });
  yield* clock.advance(25);
  expect(clock.now()).toBe(25);
});
