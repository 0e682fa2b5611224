import { expect, test } from "vitest";
import { installTestClock, type TestClock, type TestClockOptions } from "../../../../testlib/index.ts";

/** What the clock says when time passes by itself with these timers. */
async function failureOf(options: TestClockOptions, start: (clock: TestClock) => void): Promise<unknown> {
  const failed = Promise.withResolvers<unknown>();
  const clock = installTestClock({ ...options, onFailure: failed.resolve });
  try {
    start(clock);
    return await failed.promise;
  } finally {
    await clock.uninstall();
  }
}

function repeat(periodMs: number): void {
  setTimeout(() => repeat(periodMs), periodMs);
}

test("says so when nothing can happen any more", async () => {
  expect(await failureOf({ start: 5, deadlockMs: 20 }, () => {})).toMatchObject({
    code: "E_CLOCK_DEADLOCK",
    message: expect.stringMatching(/^Nothing can happen any more, at 5 ms of virtual time.*20 ms.*clock\.held\(\)/s),
  });
});

test("says which background timers are left when only they are", async () => {
  const failure = await failureOf({ deadlockMs: 20 }, () => {
    setInterval(() => {}, 1_000).unref();
    setTimeout(() => {}, 50).unref();
  });
  expect(failure).toMatchObject({
    code: "E_CLOCK_DEADLOCK",
    message: expect.stringMatching(
      /clock\.advance\(ms\).*\n {2}setTimeout of 50 ms, due in 50 ms, made at tests\/unit\/testlib\/clock\/hangs\.test\.ts:\d+:\d+\n {2}setInterval of 1000 ms/s,
    ),
  });
});

test("takes time that runs on and on for a hang", async () => {
  expect(await failureOf({ maxVirtualMs: 10_000 }, () => repeat(1_000))).toMatchObject({
    code: "E_CLOCK_RUNAWAY",
    message: expect.stringContaining("at 111000 ms now, past its limit of 10000 ms"),
  });
});

test("takes too many jumps for a hang", async () => {
  expect(await failureOf({ maxJumps: 500 }, () => repeat(0))).toMatchObject({
    code: "E_CLOCK_RUNAWAY",
    message: expect.stringContaining("jumped 500 times (maxJumps) and is at 0 ms"),
  });
});

test("reports what a timer's callback throws, and goes on", async () => {
  const errors: unknown[] = [];
  const done = Promise.withResolvers<void>();
  const clock = installTestClock({ onFailure: (error) => errors.push(error) });
  setTimeout(() => {
    throw new Error("thrown by a timer");
  }, 1);
  setTimeout(done.resolve, 1);
  await done.promise;
  await clock.uninstall();
  expect(errors).toEqual([new Error("thrown by a timer")]);
});
