import { sleep } from "effection";
import { ThrottledLog } from "../../../../framework/core/index.ts";
import { captureLog, describe, expect, test } from "../../../../testlib/index.ts";
import { useLogger } from "../../../../toolkit/logging/index.ts";

describe("a throttled log", () => {
  test("logs the first of a kind, and then one a minute with the number of those left out", function* ({ clock }) {
    const captured = yield* captureLog();
    const log = new ThrottledLog(yield* useLogger());
    for (let i = 1; i <= 1_000; i++) {
      log.warn("flood", { i }, "Again.");
      yield* sleep(100);
    }
    expect(clock.now()).toBe(100_000);
    expect(captured.lines.map(({ level, i, leftOut }) => ({ level, i, leftOut }))).toEqual([
      { level: "warn", i: 1, leftOut: undefined },
      { level: "warn", i: 601, leftOut: 599 },
    ]);
  });

  test("counts each kind by itself", function* () {
    const captured = yield* captureLog();
    const log = new ThrottledLog(yield* useLogger());
    for (const kind of ["a", "b", "a", "b", "c"]) log.warn(kind, { kind }, `Kind ${kind}.`);
    expect(captured.messages).toEqual(["Kind a.", "Kind b.", "Kind c."]);
  });

  test("is as patient as it is told to be, and starts to count anew with each line", function* ({ clock }) {
    const captured = yield* captureLog();
    const log = new ThrottledLog(yield* useLogger(), { everyMs: 10 });
    for (const ms of [0, 9, 1, 0, 10, 10]) {
      yield* sleep(ms);
      log.warn("kind", { at: clock.now() }, "Again.");
    }
    expect(captured.lines.map(({ at, leftOut }) => ({ at, leftOut }))).toEqual([
      { at: 0, leftOut: undefined },
      { at: 10, leftOut: 1 },
      { at: 20, leftOut: 1 },
      { at: 30, leftOut: undefined },
    ]);
  });
});
