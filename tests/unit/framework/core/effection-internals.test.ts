import { ensure, type Operation, type Scope, scoped, sleep, spawn, suspend, useScope } from "effection";
import { catchChildErrors, hasChildren, onScopeEnd } from "../../../../framework/core/effection-internals.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";

describe("catchChildErrors", () => {
  test("takes what the running task's children throw, and the task goes on", function* ({ clock }) {
    const errors: unknown[] = [];
    const task = yield* spawn(function* () {
      yield* catchChildErrors((error) => errors.push(error));
      yield* spawn(() => failsAfter(1, "first"));
      yield* spawn(() => failsAfter(2, "second"));
      yield* sleep(5);
      return `went on until ${clock.now()}`;
    });
    expect(yield* task).toBe("went on until 5");
    expect(errors).toEqual([new Error("first"), new Error("second")]);
  });

  test("takes all that fails while the running task is ended, and its end is without an error", function* ({ clock }) {
    const errors: unknown[] = [];
    const task = yield* spawn(function* () {
      yield* catchChildErrors((error) => errors.push(error));
      for (const name of ["first", "second", "third"]) {
        yield* ensure(function* () {
          yield* sleep(10);
          throw new Error(name);
        });
      }
      yield* suspend();
    });
    yield* sleep(1);
    yield* task.halt();
    expect(errors).toEqual([new Error("third"), new Error("second"), new Error("first")]);
    expect(clock.now()).toBe(31);
  });

  test("leaves the error of a grandchild to the child", function* () {
    const errors: unknown[] = [];
    const task = yield* spawn(function* () {
      yield* catchChildErrors((error) => errors.push(error));
      yield* spawn(function* () {
        yield* thrownBy(() => scoped(() => failsInside("grandchild")));
      });
      yield* sleep(5);
    });
    yield* task;
    expect(errors).toEqual([]);
  });

  test("gives the scope of the running task", function* () {
    yield* yield* spawn(function* () {
      expect(yield* catchChildErrors(() => {})).toBe(yield* useScope());
    });
  });
});

describe("onScopeEnd", () => {
  test("calls when all in the scope has ended, its cleanup included", function* ({ clock }) {
    const log: string[] = [];
    yield* yield* spawn(function* () {
      onScopeEnd(yield* useScope(), () => log.push(`ended at ${clock.now()}`));
      yield* spawn(function* () {
        yield* ensure(() => sleep(20));
        yield* suspend();
      });
      yield* sleep(10);
    });
    expect(log).toEqual(["ended at 30"]);
  });

  test("calls when the scope is halted", function* () {
    let ended = 0;
    const task = yield* spawn(function* () {
      onScopeEnd(yield* useScope(), () => ended++);
      yield* suspend();
    });
    yield* sleep(1);
    yield* task.halt();
    expect(ended).toBe(1);
  });

  test("makes the scope fail with what it throws", function* () {
    const error = yield* thrownBy(() =>
      scoped(function* () {
        yield* spawn(function* () {
          onScopeEnd(yield* useScope(), () => {
            throw new Error("at the end");
          });
        });
        yield* suspend();
      }),
    );
    expect(error).toEqual(new Error("at the end"));
  });

  test("says so when Effection has no such thing any more", function* () {
    const scope: Scope = Object.create(yield* useScope(), { ensure: { value: undefined } });
    expect(() => onScopeEnd(scope, () => {})).toThrow(/no scope\.ensure\(\); use ~4\.1/);
  });
});

describe("hasChildren", () => {
  test("says whether anything lives below a scope", function* () {
    yield* yield* spawn(function* () {
      const scope = yield* useScope();
      expect(hasChildren(scope)).toBe(false);
      const child = yield* spawn(suspend);
      expect(hasChildren(scope)).toBe(true);
      yield* sleep(0);
      yield* child.halt();
      expect(hasChildren(scope)).toBe(false);
      yield* ensure(() => {});
      expect(hasChildren(scope)).toBe(true);
    });
  });

  test("says yes where Effection does not tell", function* () {
    const scope: Scope = Object.create(yield* useScope(), { get: { value: () => undefined } });
    expect(hasChildren(scope)).toBe(true);
  });
});

function* failsAfter(ms: number, message: string): Operation<never> {
  yield* sleep(ms);
  throw new Error(message);
}

function* failsInside(message: string): Operation<void> {
  yield* spawn(() => failsAfter(1, message));
  yield* suspend();
}
