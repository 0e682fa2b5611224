import { action, type Operation, sleep, spawn, until } from "effection";
import { realTime } from "../../../../testlib/clock/index.ts";
import { backgroundTimer, expect, test } from "../../../../testlib/index.ts";

function backgroundSleep(ms: number): Operation<void> {
  return action<void>((resolve) => {
    const timer = setTimeout(
      Object.assign(() => resolve(), { [backgroundTimer]: true }),
      ms,
    );
    return () => clearTimeout(timer);
  }, `backgroundSleep(${ms})`);
}

function* loop(periodMs: number, tick: () => void): Operation<void> {
  while (true) {
    yield* backgroundSleep(periodMs);
    tick();
  }
}

test("background timers take their turn while time passes for another reason", function* ({ clock }) {
  const at: number[] = [];
  yield* spawn(() => loop(1_000, () => at.push(clock.now())));
  yield* sleep(2_500);
  expect(at).toEqual([1_000, 2_000]);
  yield* clock.advance(1_000);
  expect(at).toEqual([1_000, 2_000, 3_000]);
});

test("background timers alone do not move time while something real is awaited", function* ({ clock }) {
  let ticks = 0;
  yield* spawn(() => loop(1_000, () => ticks++));
  yield* until(realTime.pause(20));
  expect([ticks, clock.now()]).toEqual([0, 0]);
});

test("background timers do not keep advanceUntilIdle going", function* ({ clock }) {
  let ticks = 0;
  yield* spawn(() => loop(1_000, () => ticks++));
  yield* spawn(() => sleep(5_500));
  yield* clock.advanceUntilIdle();
  expect([ticks, clock.now()]).toEqual([5, 5_500]);
});

test("a timer is in the background while it is unreferenced", function* ({ clock }) {
  const fired: number[] = [];
  const timer = setTimeout(() => fired.push(clock.now()), 100).unref();
  expect(timer.hasRef()).toBe(false);
  yield* clock.advanceUntilIdle();
  expect(fired).toEqual([]);
  timer.ref();
  yield* clock.advanceUntilIdle();
  expect(fired).toEqual([100]);
});
