import { sparing } from "../../../../../framework/service/status/sparing.ts";
import { afterEach, describe, expect, test, vi } from "../../../../../testlib/index.ts";

afterEach(() => void vi.restoreAllMocks());

describe("what is read sparingly", () => {
  test("is read at each call while that takes no time", function* ({ clock: _ }) {
    let reads = 0;
    const read = sparing(() => ++reads);
    expect([read(), read(), read()]).toEqual([1, 2, 3]);
  });

  test("is read again after 500 times as long as it took", function* ({ clock }) {
    const now = performance.now.bind(performance);
    let readMs = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now() + readMs);
    let reads = 0;
    const read = sparing(() => {
      readMs += 30;
      return ++reads;
    });
    expect(read()).toBe(1);
    yield* clock.advance(14_999);
    expect(read()).toBe(1);
    yield* clock.advance(1);
    expect(read()).toBe(2);
  });

  test("is read at the next call when it failed", function* () {
    let reads = 0;
    const read = sparing(() => {
      if (++reads === 1) throw new Error("busy");
      return reads;
    });
    expect(() => read()).toThrow("busy");
    expect(read()).toBe(2);
  });
});
