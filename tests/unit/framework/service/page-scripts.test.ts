import { describe, expect, test } from "vitest";

/** The page's own scripts, those without DOM. They are plain JavaScript, so they come without types. */
const load = (file: string) => import(new URL(`../../../../framework/service/page/${file}`, import.meta.url).href);
const { applyMessage, clocksAt, createState, ratePerSecond } = await load("state.js");
const { age, ago, bytes, count, duration, plural, rate } = await load("format.js");

describe("state", () => {
  test("takes the parts that have come and keeps the others", () => {
    const state = createState();
    applyMessage(state, { nowMs: 0, now: 0, loops: [1], events: [2] }, 0);
    applyMessage(state, { nowMs: 0, now: 0, loops: [3] }, 0);
    expect([state.loops, state.events]).toEqual([[3], [2]]);
  });

  test("knows the agent's clocks, however wrong the browser's are", () => {
    const state = createState();
    applyMessage(state, { nowMs: 5_000, now: 1_700_000_000_000 }, 300);
    expect(clocksAt(state, 1_300)).toEqual({ nowMs: 6_000, now: 1_700_000_001_000 });
  });

  test("begins anew when the agent has been started again, however long the one before had run", () => {
    const state = createState();
    const message = (nowMs: number, parts: object) => applyMessage(state, { nowMs, now: 0, ...parts }, nowMs);
    message(1_000, { agent: { startedAtMs: 400 }, events: [1], delivery: { acknowledged: 50 } });
    message(2_000, { delivery: { acknowledged: 60 } });
    expect([state.run, state.events, state.rates.length]).toEqual([0, [1], 2]);
    message(3_000, { agent: { startedAtMs: 401 }, delivery: { acknowledged: 0 } }); // a younger one
    expect([state.run, state.events, state.rates]).toEqual([1, [], [[3_000, 0]]]);
    message(500, { agent: { startedAtMs: 401 }, delivery: { acknowledged: 0 } }); // it took the same time to start
    expect([state.run, state.rates]).toEqual([2, [[500, 0]]]);
    message(1_500, { agent: { startedAtMs: 401 }, delivery: { acknowledged: 10 } });
    expect([state.run, ratePerSecond(state, 1_500)]).toEqual([2, 10]);
  });

  test("knows the rate of the last seconds, which fades when nothing is delivered any more", () => {
    const state = createState();
    const message = (nowMs: number, acknowledged: number) =>
      applyMessage(state, { nowMs, now: 0, delivery: { acknowledged } }, nowMs);
    expect(ratePerSecond(state, 0)).toBe(0);
    message(0, 100);
    expect(ratePerSecond(state, 0)).toBe(0);
    for (let second = 1; second <= 20; second++) message(1_000 * second, 100 + 10 * second);
    expect(ratePerSecond(state, 20_000)).toBe(10);
    expect(ratePerSecond(state, 24_000)).toBeLessThan(7);
    expect(ratePerSecond(state, 26_000)).toBe(0);
  });
});

describe("format", () => {
  test.each([
    [0, "0 ms"],
    [340, "340 ms"],
    [1_230, "1.2 s"],
    [5_000, "5 s"],
    [59_999, "59 s"],
    [200_000, "3 min 20 s"],
    [7_500_000, "2 h 5 min"],
    [273_600_000, "3 d 4 h"],
  ])("a duration of %i ms is %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  test("ages tick by the second", () => {
    expect([0, 999, 1_999, 61_000].map(age)).toEqual(["0 s", "0 s", "1 s", "1 min 1 s"]);
  });

  test.each([
    [1_999, "just now"],
    [12_900, "12 s ago"],
    [3_600_000, "1 h ago"],
    [400_000_000, "4 d ago"],
  ])("%i ms ago is %s", (ms, text) => {
    expect(ago(ms)).toBe(text);
  });

  test("counts, rates and bytes", () => {
    expect([count(12_345), count(1_240_000), plural(1, "loop"), plural(0, "loop")]).toEqual([
      "12,345",
      "1.2M",
      "1 loop",
      "0 loops",
    ]);
    expect([rate(0), rate(0.44), rate(12.6), rate(8_123)]).toEqual(["0", "0.4", "13", "8,123"]);
    expect([bytes(0), bytes(4_096), bytes(3_400_000), bytes(2 ** 31)]).toEqual(["0 KiB", "4 KiB", "3.2 MiB", "2 GiB"]);
  });
});
