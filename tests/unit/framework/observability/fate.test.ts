import { fateOf } from "../../../../framework/observability/fate.ts";
import { expect, test } from "../../../../testlib/index.ts";

test.each([
  [200, "delivered"],
  [204, "delivered"],
  [400, "refused"],
  [413, "refused"],
  [422, "refused"],
  [401, "unauthorized"],
  [403, "unauthorized"],
  [302, "retry"],
  [404, "retry"],
  [408, "retry"],
  [425, "retry"],
  [429, "retry"],
  [500, "retry"],
  [503, "retry"],
] as const)("an event answered with %i is %s", function* ([status, fate]) {
  expect(fateOf(status)).toBe(fate);
});
