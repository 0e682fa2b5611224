import { createScope, type Operation, sleep, spawn, suspend } from "effection";
import { expect, test } from "vitest";
import { failAfter, moveOnAfter, openMemoryChannel } from "../../../../framework/core/index.ts";
import { installTestClock } from "../../../../testlib/index.ts";

const RUNS = 50;

function* nestedTimeouts(log: string[]): Operation<void> {
  const note = (text: string) => log.push(`${Date.now()} ${text}`);
  for (const [outerMs, innerMs, workMs] of [
    [50, 20, 100],
    [20, 50, 100],
    [30, 30, 100],
    [50, 20, 10],
  ] as const) {
    const outer = yield* moveOnAfter(outerMs, function* () {
      const inner = yield* moveOnAfter(innerMs, () => sleep(workMs));
      note(`inner caught: ${inner.cancelledCaught}`);
      yield* sleep(5);
    });
    note(`outer caught: ${outer.cancelledCaught}`);
  }
  try {
    yield* failAfter(10, () => failAfter(100, suspend));
  } catch (error) {
    note(String(error));
  }
}

function* collidingProducers(log: string[]): Operation<void> {
  const [send, receive] = openMemoryChannel<string>(3);
  for (let producer = 0; producer < 20; producer++) {
    yield* spawn(function* () {
      for (let i = 0; i < 5; i++) {
        yield* sleep((producer % 4) * 10);
        yield* send.send(`${producer}.${i}`);
      }
    });
  }
  for (let i = 0; i < 100; i++) log.push(`${Date.now()} ${yield* receive.receive()}`);
}

async function logOf(): Promise<readonly string[]> {
  const log: string[] = [];
  const clock = installTestClock();
  const [scope, destroy] = createScope();
  await scope.run(function* () {
    yield* nestedTimeouts(log);
    yield* collidingProducers(log);
  });
  await destroy();
  await clock.uninstall();
  return log;
}

test(`the same happens at the same time in each of ${RUNS} runs`, async () => {
  const first = await logOf();
  expect(first.slice(0, 7)).toEqual([
    "20 inner caught: true",
    "25 outer caught: false",
    "45 outer caught: true",
    "75 outer caught: true",
    "85 inner caught: false",
    "90 outer caught: false",
    expect.stringMatching(/^100 TooSlowError/),
  ]);
  expect(first).toHaveLength(107);
  for (let run = 1; run < RUNS; run++) expect(await logOf()).toEqual(first);
});
