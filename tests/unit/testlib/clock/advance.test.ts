import { once } from "node:events";
import { createServer } from "node:http";
import { type Operation, sleep, spawn, until } from "effection";
import { expect, type TestClock, test } from "../../../../testlib/index.ts";

function* ticks(clock: TestClock, periodMs: number, seen: number[]): Operation<void> {
  while (true) {
    seen.push(clock.now());
    yield* sleep(periodMs);
  }
}

test("lets exactly the time pass that was asked for, firing what is due", function* ({ clock }) {
  const seen: number[] = [];
  yield* spawn(() => ticks(clock, 1_000, seen));
  yield* clock.advance(3_000);
  expect(clock.now()).toBe(3_000);
  expect(seen).toEqual([0, 1_000, 2_000, 3_000]);
  yield* clock.advance(500);
  expect(clock.now()).toBe(3_500);
  expect(seen).toHaveLength(4);
});

test("comes last of all that is due at its end, zero delays included", function* ({ clock }) {
  const seen: string[] = [];
  yield* spawn(function* () {
    yield* sleep(100);
    seen.push("due");
    for (let i = 0; i < 3; i++) {
      yield* sleep(0);
      seen.push("and at once");
    }
  });
  yield* clock.advance(100);
  expect(seen).toEqual(["due", "and at once", "and at once", "and at once"]);
  expect(clock.now()).toBe(100);
});

test("advances with nothing pending", function* ({ clock }) {
  yield* clock.advance(7);
  yield* clock.advance(0);
  expect(clock.now()).toBe(7);
});

test("lets several tasks advance at once, each to its own end", function* ({ clock }) {
  const seen: [string, number][] = [];
  const long = yield* spawn(function* () {
    yield* clock.advance(300);
    seen.push(["long", clock.now()]);
  });
  yield* clock.advance(100);
  seen.push(["short", clock.now()]);
  yield* long;
  expect(seen).toEqual([
    ["short", 100],
    ["long", 300],
  ]);
});

test("stops advancing when it is halted", function* ({ clock }) {
  const task = yield* spawn(() => clock.advance(1_000));
  yield* sleep(10);
  yield* task.halt();
  yield* clock.advanceUntilIdle();
  expect(clock.now()).toBe(10);
});

test("waits for the I/O that a tick starts before the next tick", function* ({ clock }) {
  const server = createServer((_, response) => response.end("ok")).listen(0, "127.0.0.1");
  yield* until(once(server, "listening"));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  const answers: [number, string][] = [];
  yield* spawn(function* () {
    while (true) {
      const sentAt = clock.now();
      const response = yield* until(fetch(`http://127.0.0.1:${address.port}/`));
      answers.push([clock.now() - sentAt, yield* until(response.text())]);
      yield* sleep(60_000);
    }
  });
  yield* clock.advance(10 * 60_000);
  server.close();
  server.closeAllConnections();
  expect(answers).toEqual(Array.from({ length: 11 }, () => [0, "ok"]));
});

test("advances until no foreground timer is left", function* ({ clock }) {
  const seen: number[] = [];
  yield* spawn(function* () {
    for (const delayMs of [10, 200, 3_000]) {
      yield* sleep(delayMs);
      seen.push(clock.now());
    }
  });
  yield* clock.advanceUntilIdle();
  expect(seen).toEqual([10, 210, 3_210]);
  expect(clock.now()).toBe(3_210);
});

test.each([-1, 0.5, Number.NaN])("refuses to advance by %s", function* (ms, { clock }) {
  expect(() => Array.from(clock.advance(ms))).toThrow("give the milliseconds to let pass");
});
