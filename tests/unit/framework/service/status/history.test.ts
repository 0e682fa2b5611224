import { History } from "../../../../../framework/service/status/history.ts";
import { describe, expect, test } from "../../../../../testlib/index.ts";

describe("the history", () => {
  test("has the rate between two samples, and the queue at the second", function* () {
    const history = new History();
    history.add({ atMs: 1_000, acknowledged: 5_000, backlog: 3, oldestMs: 0 });
    expect(history.samples).toEqual([]);
    history.add({ atMs: 6_000, acknowledged: 5_012, backlog: 7, oldestMs: 61_400 });
    history.add({ atMs: 16_000, acknowledged: 5_012, backlog: 0, oldestMs: 0 });
    expect(history.samples).toEqual([
      { perSecond: 2.4, oldestSeconds: 61, backlog: 7 },
      { perSecond: 0, oldestSeconds: 0, backlog: 0 },
    ]);
  });

  test("leaves out what has taken no time", function* () {
    const history = new History();
    const sample = { atMs: 1_000, acknowledged: 1, backlog: 0, oldestMs: 0 };
    history.add(sample);
    history.add(sample);
    expect(history.samples).toEqual([]);
  });

  test("keeps a quarter of an hour", function* () {
    const history = new History();
    for (let i = 0; i <= 1_000; i++) history.add({ atMs: 5_000 * i, acknowledged: 5 * i, backlog: i, oldestMs: 0 });
    expect(history.samples.map(({ backlog }) => backlog)).toEqual(Array.from({ length: 180 }, (_, i) => 821 + i));
  });
});
