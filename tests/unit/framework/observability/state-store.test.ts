import { StateStore } from "../../../../framework/observability/index.ts";
import { describe, expect, test } from "../../../../testlib/index.ts";

describe("the time of the latest event", () => {
  test("is unknown before the first", function* () {
    expect(new StateStore().latestEventTimestamp).toBeUndefined();
  });

  test("only moves forward", function* () {
    const store = new StateStore();
    store.latestEventTimestamp = 2_000;
    store.latestEventTimestamp = 1_000;
    expect(store.latestEventTimestamp).toBe(2_000);
    store.latestEventTimestamp = 3_000;
    expect(store.latestEventTimestamp).toBe(3_000);
  });
});
