import { describe, expect, test } from "vitest";
import { paceDelayMs, retryDelayMs } from "../../../../../framework/http/retry/retry-delay.ts";

/** 2024-05-01T00:00:00Z */
const NOW_MS = 1_714_521_600_000;
const CAP_MS = 60_000;

describe("Retry-After", () => {
  test.each([
    ["3", 3_000],
    ["0.5", 500],
    ["  7 ", 7_000],
    ["0", 0],
    ["-3", 0],
    ["3600", CAP_MS],
    ["Wed, 01 May 2024 00:00:20 GMT", 20_000],
    ["Wednesday, 01-May-24 00:00:20 GMT", 20_000],
    ["Wed May  1 00:00:20 2024", 20_000],
    ["Tue, 30 Apr 2024 23:59:00 GMT", 0],
    ["Wed, 01 May 2030 00:00:00 GMT", CAP_MS],
  ])("%j is %d ms", (value, expected) => {
    expect(retryDelayMs(429, { "retry-after": value }, NOW_MS, CAP_MS)).toBe(expected);
  });

  test.each(["", "soon", "try again in 5 minutes", "Wednesday", "3s", "2024-05-01T00:00:20Z", "0x10", "NaN"])(
    "%j says nothing",
    (value) => {
      expect(retryDelayMs(429, { "retry-after": value }, NOW_MS, CAP_MS)).toBeUndefined();
    },
  );

  test("goes before the rate limit headers, unless it says nothing", () => {
    const reset = { "x-ratelimit-reset": "9" };
    expect(retryDelayMs(429, { "retry-after": "3", ...reset }, NOW_MS)).toBe(3_000);
    expect(retryDelayMs(429, { "retry-after": "soon", ...reset }, NOW_MS)).toBe(9_000);
  });

  test("without a cap is told as it is", () => {
    expect(retryDelayMs(503, { "retry-after": "7200" }, NOW_MS)).toBe(7_200_000);
  });
});

describe("the rate limit headers", () => {
  test.each([
    ["5", 5_000],
    ["1.5", 1_500],
    ["86400", CAP_MS],
    ["1714521610", 10_000],
    ["1714521610.25", 10_250],
    ["1714521500", 0],
    ["86401", 0],
    ["-1", 0],
    ["later", undefined],
    ["", undefined],
  ])("%j is %s ms: a span up to a day, else a moment", (value, expected) => {
    expect(retryDelayMs(429, { "x-ratelimit-reset": value }, NOW_MS, CAP_MS)).toBe(expected);
  });

  test("are read in order, those that say nothing left out", () => {
    const three = { "x-rate-limit-reset": "3" };
    const two = { "ratelimit-reset": "2", ...three };
    expect(retryDelayMs(429, three, NOW_MS)).toBe(3_000);
    expect(retryDelayMs(429, two, NOW_MS)).toBe(2_000);
    expect(retryDelayMs(429, { "x-ratelimit-reset": "1", ...two }, NOW_MS)).toBe(1_000);
    expect(retryDelayMs(429, { "x-ratelimit-reset": "2024-05-01", ...two }, NOW_MS)).toBe(2_000);
  });

  test("sent twice count as the last one", () => {
    expect(retryDelayMs(429, { "x-ratelimit-reset": ["4", "6"] }, NOW_MS)).toBe(6_000);
  });
});

describe("the status decides whether the headers count", () => {
  const asking = { "retry-after": "3", "x-ratelimit-reset": "5" };

  test.each([200, 201, 301, 400, 401, 403, 404, 409])("none of them with %d", (status) => {
    expect(retryDelayMs(status, asking, NOW_MS)).toBeUndefined();
  });

  test.each([408, 425, 500, 502, 504, 520])("Retry-After only with %d", (status) => {
    expect(retryDelayMs(status, asking, NOW_MS)).toBe(3_000);
    expect(retryDelayMs(status, { "x-ratelimit-reset": "5", "x-ratelimit-remaining": "0" }, NOW_MS)).toBeUndefined();
  });

  test.each([429, 503])("all of them with %d", (status) => {
    expect(retryDelayMs(status, asking, NOW_MS)).toBe(3_000);
    expect(retryDelayMs(status, { "x-ratelimit-reset": "5" }, NOW_MS)).toBe(5_000);
  });

  test.each(["x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining"])(
    "with 403 when %s is 0",
    (name) => {
      expect(retryDelayMs(403, { ...asking, [name]: "0" }, NOW_MS)).toBe(3_000);
      expect(retryDelayMs(403, { ...asking, [name]: "1" }, NOW_MS)).toBeUndefined();
    },
  );
});

describe("after a success", () => {
  test("the next request waits only when nothing is left and a moment is named", () => {
    const pace = (headers: Record<string, string>) => paceDelayMs(headers, NOW_MS, CAP_MS);
    expect(pace({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "5" })).toBe(5_000);
    expect(pace({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "600" })).toBe(CAP_MS);
    expect(pace({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1714521500" })).toBe(0);
    expect(pace({ "x-ratelimit-remaining": "1", "x-ratelimit-reset": "5" })).toBe(0);
    expect(pace({ "x-ratelimit-remaining": "0" })).toBe(0);
    expect(pace({ "x-ratelimit-reset": "5" })).toBe(0);
  });
});
