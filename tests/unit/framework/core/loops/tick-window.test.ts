import { sleep } from "effection";
import { TickWindow } from "../../../../../framework/core/loops/tick-window.ts";
import { afterEach, describe, expect, test, vi } from "../../../../../testlib/index.ts";
import { setWallClock } from "./wall-clock.ts";

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the window of a tick", () => {
  test("is empty at first, then from the end of the last one that succeeded", function* ({ clock }) {
    const window = new TickWindow();
    const seen: string[] = [];
    for (const succeeds of [true, false, false, true, true]) {
      const { previous, now, succeeded } = window.open();
      seen.push(`${previous}-${now}`);
      if (succeeds) succeeded();
      yield* sleep(10);
    }
    expect([seen, clock.now()]).toEqual([["0-0", "0-10", "0-20", "0-30", "30-40"], 50]);
  });

  test("begins where the first one was opened when that has failed", function* ({ clock }) {
    const window = new TickWindow();
    window.open();
    yield* sleep(10);
    expect(window.open()).toMatchObject({ previous: 0, now: 10 });
    expect(clock.now()).toBe(10);
  });

  test("counts from when the tick began, however long it took", function* ({ clock }) {
    const window = new TickWindow();
    const { succeeded } = window.open();
    yield* sleep(7);
    succeeded();
    expect(window.open()).toMatchObject({ previous: 0, now: 7 });
    expect(clock.now()).toBe(7);
  });
});

describe("when somebody sets the clock, the window", () => {
  test("covers the whole leap forward", function* ({ clock }) {
    const window = new TickWindow();
    window.open().succeeded();
    yield* clock.advance(1_000);
    setWallClock({ aheadMs: HOUR_MS });
    expect(window.open()).toMatchObject({ previous: 0, now: HOUR_MS + 1_000 });
  });

  test("covers the time that has really passed, after a leap back", function* ({ clock }) {
    setWallClock({ aheadMs: HOUR_MS });
    const window = new TickWindow();
    window.open().succeeded();
    yield* clock.advance(5_000);
    setWallClock({ aheadMs: 0 });
    expect(window.open()).toMatchObject({ previous: 0, now: 5_000 });
  });

  test("goes back to before a leap forward that was a mistake", function* ({ clock }) {
    const window = new TickWindow();
    const seen: string[] = [];
    const tick = () => {
      const { previous, now, succeeded } = window.open();
      seen.push(`${previous}-${now}`);
      succeeded();
    };
    tick();
    yield* clock.advance(10_000);
    tick();
    setWallClock({ aheadMs: HOUR_MS });
    yield* clock.advance(10_000);
    tick();
    yield* clock.advance(10_000);
    tick();
    setWallClock({ aheadMs: 3 }); // as right as NTP gets it
    yield* clock.advance(10_000);
    tick();
    yield* clock.advance(10_000);
    tick();
    expect(seen).toEqual([
      "0-0",
      "0-10000",
      `10000-${HOUR_MS + 20_000}`,
      `${HOUR_MS + 20_000}-${HOUR_MS + 30_000}`,
      "10000-40003", // what the tool said in the ten seconds before 20 s and after was never asked for
      "40003-50003",
    ]);
  });

  test("does not go back to before a leap forward that was right", function* ({ clock }) {
    const window = new TickWindow();
    window.open().succeeded();
    setWallClock({ aheadMs: HOUR_MS });
    yield* clock.advance(1_000);
    window.open().succeeded();
    yield* clock.advance(1_000);
    setWallClock({ aheadMs: HOUR_MS - 5_000 });
    expect(window.open()).toMatchObject({ previous: HOUR_MS - 5_000 + 1_000, now: HOUR_MS - 5_000 + 2_000 });
  });

  test("covers the leap of a clock that was behind, while ticks failed", function* ({ clock }) {
    setWallClock({ aheadMs: -HOUR_MS });
    const window = new TickWindow();
    window.open().succeeded();
    yield* clock.advance(1_000);
    window.open();
    setWallClock({ aheadMs: 0 });
    yield* clock.advance(1_000);
    expect(window.open()).toMatchObject({ previous: -HOUR_MS, now: 2_000 });
  });

  test.each([
    ["is in step when it is put back by a second", [0, -1_000], [0, 0]],
    ["was set when it is put back by more", [0, -1_001], [0, -1_001]],
    ["is where it was before the leap forward, within a second", [0, HOUR_MS, 1_000], [0, 0, 0]],
    ["is not where it was before, but later", [0, HOUR_MS, 1_001], [0, 0, 1_000 + 1_001]],
    ["is not where it was before, but earlier", [0, HOUR_MS, -1_001], [0, 0, 1_000 - 1_001]],
    ["is in step, so there was no leap, when it is put forward by a second", [0, 1_000, -1], [0, 0, 2_000 - 1_001]],
    ["was set when it is put forward by more", [0, 1_001, -1], [0, 0, 0]],
    [
      "was put right after a leap, then crept on and was put right",
      [0, HOUR_MS, 0, 900, 1_800, 0],
      [0, 0, 0, 2_000, 3_900, 4_000],
    ],
    ["was kept in step between leap and correction", [0, HOUR_MS, HOUR_MS - 1_000, 0], [0, 0, HOUR_MS + 1_000, 0]],
  ] as const)("takes it that the clock %s", function* ([, aheadMs, previous], { clock }) {
    const window = new TickWindow();
    const seen: number[] = [];
    for (const ms of aheadMs) {
      setWallClock({ aheadMs: YEAR_MS + ms });
      const { previous, succeeded } = window.open();
      seen.push(previous - YEAR_MS);
      succeeded();
      yield* clock.advance(1_000);
    }
    expect(seen).toEqual(previous);
  });

  test("is never upside down, when the clock is put back a little", function* ({ clock }) {
    const window = new TickWindow();
    yield* clock.advance(1_000);
    window.open().succeeded();
    yield* clock.advance(100);
    setWallClock({ aheadMs: -500 });
    expect(window.open()).toMatchObject({ previous: 600, now: 600 });
  });
});
