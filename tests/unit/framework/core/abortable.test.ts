import { call, run, sleep, spawn } from "effection";
import { abortable, CancelScope, moveOnAfter } from "../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";

describe("abortable", () => {
  test("gives what the promise resolves with, and leaves the signal alone", function* () {
    let signal: AbortSignal | undefined;
    const value = yield* abortable(async (given) => {
      signal = given;
      return "value";
    });
    expect([value, signal?.aborted]).toEqual(["value", false]);
  });

  test("throws what the promise rejects with, the very object, and leaves the signal alone", function* () {
    const error = new Error("refused");
    let signal: AbortSignal | undefined;
    const thrown = yield* thrownBy(() =>
      abortable(async (given) => {
        signal = given;
        throw error;
      }),
    );
    expect(thrown).toBe(error);
    expect(signal?.aborted).toBe(false);
  });

  test("throws what is thrown before there is a promise", function* () {
    const error = yield* thrownBy(() =>
      abortable(() => {
        throw new Error("no promise");
      }),
    );
    expect(error).toEqual(new Error("no promise"));
  });

  test("leaves the signal alone for good: what came may outlive the wait", function* ({ clock }) {
    let signal: AbortSignal | undefined;
    yield* moveOnAfter(10, function* () {
      yield* abortable(async (given) => {
        signal = given;
      });
      yield* sleep(1_000);
    });
    expect([signal?.aborted, clock.now()]).toEqual([false, 10]);
  });

  test("aborts the signal when it is halted, and does not wait for the promise", function* ({ clock }) {
    const { promise } = Promise.withResolvers<void>();
    let signal: AbortSignal | undefined;
    const outcome = yield* moveOnAfter(10, () =>
      abortable((given) => {
        signal = given;
        return promise;
      }),
    );
    expect([outcome.cancelledCaught, signal?.aborted, clock.now()]).toEqual([true, true, 10]);
    expect(signal?.reason).toMatchObject({ name: "AbortError" });
  });

  test("swallows what an aborted promise still comes to, value or error", function* () {
    const late = [Promise.withResolvers<string>(), Promise.withResolvers<string>()] as const;
    for (const { promise } of late) {
      const task = yield* spawn(() => abortable(() => promise));
      yield* sleep(0);
      yield* task.halt();
    }
    late[0].resolve("too late");
    late[1].reject(new Error("too late")); // vitest fails the run for an unhandled rejection
    yield* call(() => Promise.allSettled(late.map(({ promise }) => promise)));
    yield* sleep(1);
  });

  test("lets go of the promise when starting it is what halts the task", function* ({ clock: _ }) {
    let signal: AbortSignal | undefined;
    const task = run(function* (): ReturnType<typeof abortable> {
      yield* sleep(1);
      return yield* abortable((given) => {
        signal = given;
        task.halt().catch(() => {});
        return new Promise(() => {});
      });
    });
    yield* sleep(5);
    yield* task.halt();
    expect(signal?.aborted).toBe(true);
  });

  test("can be called off by what the promise's own code cancels", function* () {
    const scope = new CancelScope();
    let signal: AbortSignal | undefined;
    yield* scope.run(() =>
      abortable((given) => {
        signal = given;
        scope.cancel();
        return new Promise(() => {});
      }),
    );
    expect([scope.cancelledCaught, signal?.aborted]).toEqual([true, true]);
  });
});
