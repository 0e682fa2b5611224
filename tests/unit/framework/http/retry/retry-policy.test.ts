import { expect, test } from "vitest";
import { DEFAULT_RETRY, NO_RETRY, retryPolicyFor } from "../../../../../framework/http/retry/retry-policy.ts";

test.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])("%s is sent again by default: twice does no harm", (method) => {
  expect(retryPolicyFor(method, undefined)).toBe(DEFAULT_RETRY);
});

test.each(["POST", "PATCH"])("%s is sent again only when that is asked for", (method) => {
  expect(retryPolicyFor(method, undefined)).toBe(NO_RETRY);
  expect(retryPolicyFor(method, {})).toEqual(DEFAULT_RETRY);
});

test("what is asked for changes the default", () => {
  expect(retryPolicyFor("GET", { attempts: 2 })).toEqual({ ...DEFAULT_RETRY, attempts: 2 });
});

test("the default is 4 requests, 0.5 s doubled up to 10 s, and the statuses that say not now", () => {
  expect(DEFAULT_RETRY).toEqual({
    attempts: 4,
    initialMs: 500,
    maxMs: 10_000,
    statuses: new Set([408, 425, 429, 500, 502, 503, 504]),
  });
});
