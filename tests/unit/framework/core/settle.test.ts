import { ensure, type Operation, run, sleep, spawn, suspend, useScope } from "effection";
import { hasChildren } from "../../../../framework/core/effection-internals.ts";
import { CancelScope, moveOnAfter, settle } from "../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";

describe("settle", () => {
  test("returns the value of what ended well", function* () {
    expect(yield* settle(() => sleepThen(1, "value"))).toEqual({ ok: true, value: "value" });
  });

  test("returns the error of what failed, the very object, whatever was thrown", function* () {
    const error = new Error("broken");
    expect(yield* settle(() => failsAfter(1, error))).toEqual({ ok: false, error });
    expect(yield* settle(() => failsAfter(1, "a text"))).toEqual({ ok: false, error: "a text" });
    expect(yield* settle(() => failsAfter(1, undefined))).toEqual({ ok: false, error: undefined });
  });

  test("returns when all that the operation opened has been cleaned up", function* ({ clock }) {
    const log: string[] = [];
    yield* settle(function* () {
      yield* spawn(() => cleansUp(log, "spawned"));
      yield* ensure(function* () {
        yield* sleep(20);
        log.push("ensured");
      });
      yield* sleep(10);
    });
    expect([log, clock.now()]).toEqual([["ensured", "spawned"], 30]);
  });

  test("returns the error of a task that the operation spawned, and halts the operation", function* ({ clock }) {
    const log: string[] = [];
    const outcome = yield* settle(function* () {
      yield* spawn(() => failsAfter(5, new Error("spawned")));
      yield* cleansUp(log, "operation");
    });
    expect([outcome, log, clock.now()]).toEqual([{ ok: false, error: new Error("spawned") }, ["operation"], 5]);
  });

  test("keeps every error: of the operation, of what it spawned, of the cleanup", function* () {
    const ofOperation = yield* settle(function* () {
      yield* spawn(() => failsInCleanup("left behind"));
      yield* failsAfter(1, new Error("operation"));
    });
    expect(ofOperation).toEqual({ ok: false, error: several("operation", "left behind") });

    const ofSpawned = yield* settle(function* () {
      yield* spawn(() => failsAfter(1, new Error("spawned")));
      yield* failsInCleanup("operation's cleanup");
    });
    expect(ofSpawned).toEqual({ ok: false, error: several("spawned", "operation's cleanup") });
  });

  test("returns an error of the cleanup alone", function* () {
    const outcome = yield* settle(function* () {
      yield* spawn(() => failsInCleanup("left behind"));
      yield* sleep(1);
    });
    expect(outcome).toEqual({ ok: false, error: new Error("left behind") });
  });

  test("lets a halt through, past every catch, and waits for the cleanup", function* ({ clock }) {
    const log: string[] = [];
    yield* moveOnAfter(5, function* () {
      yield* settle(function* () {
        yield* ensure(() => sleep(20));
        yield* cleansUp(log, "operation");
      });
      log.push("went on");
    });
    expect([log, clock.now()]).toEqual([["operation"], 25]);
  });

  test("lets a halt through that comes while a failed operation is being cleaned up, and the error too", function* ({
    clock,
  }) {
    const log: string[] = [];
    const task = run(function* () {
      const outcome = yield* settle(function* () {
        yield* ensure(() => sleep(30));
        yield* failsAfter(5, new Error("operation"));
      });
      log.push(`settled ${outcome.ok}`);
      yield* sleep(300);
      log.push("ran on");
    });
    yield* sleep(10);
    const error = yield* thrownBy(() => task.halt());
    expect([error, log, clock.now()]).toEqual([new Error("operation"), [], 35]);
  });

  test("shows what fails in the cleanup of a halted operation to whoever halted it", function* ({ clock: _ }) {
    const error = yield* thrownBy(() => moveOnAfter(5, () => settle(() => failsInCleanup("cleanup"))));
    expect(error).toEqual(new Error("cleanup"));
  });

  test("shows what failed before the halt to whoever halts it during the cleanup", function* () {
    const outer = new CancelScope();
    const error = yield* thrownBy(() =>
      outer.run(() =>
        settle(function* () {
          yield* spawn(() => failsAfter(5, new Error("spawned")));
          try {
            yield* suspend();
          } finally {
            outer.cancel();
          }
        }),
      ),
    );
    expect(error).toEqual(new Error("spawned"));
  });

  test("leaves no task behind", function* () {
    yield* yield* spawn(function* () {
      yield* settle(() => sleepThen(1, "value"));
      yield* settle(() => failsAfter(1, new Error("broken")));
      expect(hasChildren(yield* useScope())).toBe(false);
    });
  });

  test("leaves nothing behind when it is done a thousand times", function* ({ clock }) {
    for (let i = 0; i < 1_000; i++) yield* settle(() => (i % 2 === 0 ? sleepThen(1, i) : failsAfter(1, i)));
    expect([clock.now(), clock.describeTimers()]).toEqual([1_000, ""]);
  });
});

function several(...messages: readonly string[]): AggregateError {
  return new AggregateError(
    messages.map((message) => new Error(message)),
    "settle failed.",
  );
}

function* sleepThen<T>(ms: number, value: T): Operation<T> {
  yield* sleep(ms);
  return value;
}

function* failsAfter(ms: number, error: unknown): Operation<never> {
  yield* sleep(ms);
  throw error;
}

function* cleansUp(log: string[], name: string): Operation<void> {
  try {
    yield* suspend();
  } finally {
    log.push(name);
  }
}

function* failsInCleanup(message: string): Operation<void> {
  try {
    yield* suspend();
  } finally {
    failNow(message);
  }
}

function failNow(message: string): never {
  throw new Error(message);
}
