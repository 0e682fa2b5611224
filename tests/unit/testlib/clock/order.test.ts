import { run } from "effection";
import { expect, test } from "vitest";
import { seededShuffle } from "../../../../testlib/clock/shuffle.ts";
import { installTestClock, type TestClockOptions } from "../../../../testlib/index.ts";

async function orderOf(options: TestClockOptions): Promise<string> {
  const clock = installTestClock(options);
  const fired: string[] = [];
  const all = Promise.withResolvers<void>();
  for (const name of "abcdefgh") setTimeout(() => fired.push(name), 10);
  setTimeout(() => fired.push("-first"), 5);
  setTimeout(all.resolve, 20);
  await all.promise;
  await clock.uninstall();
  return fired.join("");
}

test("without a seed, timers of one moment fire as they were made", async () => {
  expect(await orderOf({})).toBe("-firstabcdefgh");
});

test("promises run between two timers of one moment", async () => {
  const clock = installTestClock();
  const seen: string[] = [];
  for (const name of ["first", "second"]) {
    setTimeout(async () => {
      seen.push(name);
      await undefined;
      await undefined;
      seen.push(`after ${name}`);
    }, 5);
  }
  await run(() => clock.advance(5));
  await clock.uninstall();
  expect(seen).toEqual(["first", "after first", "second", "after second"]);
});

test("a timer does not fire that an earlier one of its moment has cleared or put off", async () => {
  const clock = installTestClock();
  const fired: string[] = [];
  setTimeout(() => {
    clearTimeout(cleared);
    late.refresh();
  }, 5);
  const cleared = setTimeout(() => fired.push("cleared"), 5);
  const late = setTimeout(() => fired.push(`late, at ${clock.now()}`), 5);
  await run(() => clock.advanceUntilIdle());
  await clock.uninstall();
  expect(fired).toEqual(["late, at 10"]);
});

test("a seed puts timers of one moment in an order of its own, the same each time", async () => {
  const orders: string[] = [];
  for (const seed of [1, 1, 2, 3]) orders.push(await orderOf({ seed }));
  const [first, again, ...others] = orders;
  expect(again).toBe(first);
  expect(new Set(orders)).toHaveLength(3);
  for (const order of [first, ...others]) {
    expect(order).toMatch(/^-first[a-h]{8}$/);
    expect(order).not.toBe("-firstabcdefgh");
  }
});

test("shuffling loses and repeats nothing, and every place is reached", () => {
  const shuffle = seededShuffle(7);
  const firsts = new Set<number>();
  for (let i = 0; i < 100; i++) {
    const shuffled = shuffle([0, 1, 2, 3]);
    expect(shuffled.toSorted()).toEqual([0, 1, 2, 3]);
    firsts.add(shuffled[0] ?? -1);
  }
  expect(firsts).toHaveLength(4);
});
