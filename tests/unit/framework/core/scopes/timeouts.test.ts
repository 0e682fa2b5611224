import { ensure, type Operation, sleep, suspend } from "effection";
import { failAfter, moveOnAfter, TooSlowError, timeoutScopeLog } from "../../../../../framework/core/index.ts";
import { captureLog, describe, expect, test, thrownBy } from "../../../../../testlib/index.ts";

describe("moveOnAfter", () => {
  test("says what its body returned", function* ({ clock: _ }) {
    expect(yield* moveOnAfter(10, () => value(7))).toEqual({ cancelledCaught: false, value: 7 });
  });

  test("tells a body that returned nothing from one that was given up", function* ({ clock }) {
    expect(yield* moveOnAfter(10, () => value(undefined))).toEqual({ cancelledCaught: false, value: undefined });
    expect(yield* moveOnAfter(10, () => suspend())).toEqual({ cancelledCaught: true });
    expect(clock.now()).toBe(10);
  });

  test("gives up the inner body only when the inner deadline comes first", function* ({ clock }) {
    const outer = yield* moveOnAfter(50, function* () {
      const inner = yield* moveOnAfter(20, () => suspend());
      yield* sleep(5);
      return inner.cancelledCaught;
    });
    expect([outer, clock.now()]).toEqual([{ cancelledCaught: false, value: true }, 25]);
  });

  test("is given up by the outer deadline when that comes first, and never looks caught inside", function* ({ clock }) {
    let afterInner = false;
    const outer = yield* moveOnAfter(20, function* () {
      yield* moveOnAfter(50, () => suspend());
      afterInner = true;
    });
    expect([outer.cancelledCaught, afterInner, clock.now()]).toEqual([true, false, 20]);
  });

  test("leaves equal deadlines to the outer scope", function* ({ clock: _ }) {
    const outer = yield* moveOnAfter(30, function* () {
      yield* moveOnAfter(30, () => suspend());
      yield* sleep(1);
    });
    expect(outer.cancelledCaught).toBe(true);
  });

  test("hears the outer deadline that passes during the inner cleanup", function* ({ clock }) {
    const log: string[] = [];
    const outer = yield* moveOnAfter(10, function* () {
      const inner = yield* moveOnAfter(5, function* () {
        yield* ensure(() => sleep(30));
        yield* suspend();
      });
      log.push(`inner ${inner.cancelledCaught}`);
      yield* sleep(300);
      log.push("ran on");
    });
    expect([outer.cancelledCaught, log, clock.now()]).toEqual([true, [], 35]);
  });
});

describe("failAfter", () => {
  test("gives what its body returns", function* ({ clock: _ }) {
    expect(yield* failAfter(10, () => value("v"))).toBe("v");
  });

  test("throws when its own deadline passes, naming what was done and how long it had", function* ({ clock }) {
    const error = yield* thrownBy(() => failAfter(1_500, () => suspend(), "acme.list_runs"));
    expect(error).toBeInstanceOf(TooSlowError);
    expect(error).toMatchObject({
      name: "TooSlowError",
      code: "E_TOO_SLOW",
      retryable: true,
      label: "acme.list_runs",
      afterMs: 1_500,
      message: "acme.list_runs did not end within 1.5 s.",
    });
    expect(clock.now()).toBe(1_500);
  });

  test("calls itself by its name when it is given no other", function* ({ clock: _ }) {
    expect(yield* thrownBy(() => failAfter(5, () => suspend()))).toMatchObject({ label: "failAfter" });
  });

  test("does not throw inside for a deadline that is further out", function* ({ clock: _ }) {
    let innerCaught: unknown;
    const error = yield* thrownBy(() =>
      failAfter(
        10,
        function* () {
          try {
            yield* failAfter(100, () => suspend(), "inner");
          } catch (caught) {
            innerCaught = caught;
          }
        },
        "outer",
      ),
    );
    expect([innerCaught, error]).toEqual([undefined, expect.objectContaining({ label: "outer" })]);
  });

  test("lets the error of its body through", function* ({ clock: _ }) {
    const error = yield* thrownBy(() =>
      failAfter(10, function* () {
        throw new Error("body");
      }),
    );
    expect(error).toEqual(new Error("body"));
  });
});

describe("timeoutScopeLog", () => {
  test("logs the name and the seconds, and throws on", function* ({ clock: _ }) {
    const log = yield* captureLog();
    const error = yield* thrownBy(() => timeoutScopeLog(0.01, "acme.pre_hook", () => suspend()));
    expect(error).toMatchObject({ code: "E_TOO_SLOW", label: "acme.pre_hook", afterMs: 10 });
    expect(log.lines).toEqual([expect.objectContaining({ level: "warn", operation: "acme.pre_hook", seconds: 0.01 })]);
    expect(log.messages).toEqual(["The operation was given up: it did not end in time."]);
  });

  test("is silent when all goes well", function* ({ clock: _ }) {
    const log = yield* captureLog();
    expect(yield* timeoutScopeLog(1, "acme.pre_hook", () => value(1))).toBe(1);
    expect(log.lines).toEqual([]);
  });
});

function* value<T>(result: T): Operation<T> {
  yield* sleep(0);
  return result;
}
