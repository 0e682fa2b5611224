import { describe, expect, test } from "vitest";
import { backoff } from "../../../../framework/core/index.ts";

describe("backoff", () => {
  test("waits at most twice as long each time, up to the maximum", () => {
    const waits = backoff({ initialMs: 1_000, maxMs: 5_000, random: () => 1 });
    expect(Array.from({ length: 5 }, () => waits.nextMs())).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  test("spreads each wait over the whole span from nothing on", () => {
    const randoms = [0, 0.5, 0.25, 0.75];
    const waits = backoff({ initialMs: 1_000, maxMs: 60_000, random: () => randoms.shift() ?? 0 });
    expect(Array.from({ length: 4 }, () => waits.nextMs())).toEqual([0, 1_000, 1_000, 6_000]);
  });

  test("starts from the beginning after it has worked", () => {
    const waits = backoff({ initialMs: 10, maxMs: 80, random: () => 1 });
    for (let i = 0; i < 20; i++) waits.nextMs();
    waits.reset();
    expect([waits.nextMs(), waits.nextMs()]).toEqual([10, 20]);
  });

  test("never waits longer than the maximum, the first time neither", () => {
    const waits = backoff({ initialMs: 500, maxMs: 100, random: () => 1 });
    expect([waits.nextMs(), waits.nextMs()]).toEqual([100, 100]);
    waits.reset();
    expect(waits.nextMs()).toBe(100);
  });

  test("is random by itself", () => {
    const waits = backoff({ initialMs: 1, maxMs: 1 });
    const seen = Array.from({ length: 100 }, () => waits.nextMs());
    expect(new Set(seen).size).toBeGreaterThan(90);
    expect(seen.every((ms) => ms >= 0 && ms < 1)).toBe(true);
  });
});
