import { ensure, sleep, spawn, suspend } from "effection";
import { describe, expect, test } from "../../../../testlib/index.ts";

test("a body that names the clock runs in virtual time from its first line on", function* ({ clock }) {
  expect([clock.now(), Date.now(), performance.now()]).toEqual([0, 0, 0]);
  yield* sleep(3_600_000);
  expect(Date.now()).toBe(3_600_000);
});

test("a body that does not name the clock runs in real time", function* () {
  yield* sleep(1);
  expect(Date.now()).toBeGreaterThan(Date.UTC(2025, 0));
});

describe("one test after another", () => {
  const halted: string[] = [];

  test("ends with tasks that still run", function* ({ clock }) {
    yield* spawn(function* () {
      yield* ensure(function* () {
        yield* sleep(1_000);
        halted.push(`cleaned up at ${clock.now()}`);
      });
      yield* suspend();
    });
    yield* sleep(10);
  });

  test("begins when those are halted, cleanup in virtual time included", function* () {
    expect(halted).toEqual(["cleaned up at 1010"]);
  });
});

test.each([
  [1, 2],
  [2, 4],
] as const)("each row is a test: twice %s is %s", function* ([value, doubled]) {
  expect(value * 2).toBe(doubled);
});

test.each([{ hours: 1 }, { hours: 2 }])("a row test may name the clock: $hours h", function* ({ hours }, { clock }) {
  yield* clock.advance(hours * 3_600_000);
  expect(clock.now()).toBe(hours * 3_600_000);
});

test.each(["a"])("a row test takes options", { clock: { start: 5 } }, function* (row, { clock }) {
  expect([row, clock.now()]).toEqual(["a", 5]);
});
