import { ensure, run, sleep, spawn, suspend, useScope } from "effection";
import { hasChildren } from "../../../../../framework/core/effection-internals.ts";
import { CancelScope, moveOnAfter } from "../../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../../testlib/index.ts";

describe("a cancel scope", () => {
  test("gives what its body returns", function* () {
    const scope = new CancelScope();
    expect(yield* scope.run(() => sleepThen(1, "value"))).toBe("value");
    expect(scope.cancelledCaught).toBe(false);
  });

  test("halts its body at the deadline and goes on", function* ({ clock }) {
    const scope = new CancelScope({ deadlineMs: performance.now() + 50 });
    expect(yield* scope.run(() => suspend())).toBeUndefined();
    expect([scope.cancelledCaught, clock.now()]).toEqual([true, 50]);
  });

  test("waits for the cleanup of what its body opened", function* ({ clock }) {
    const log: string[] = [];
    yield* moveOnAfter(10, function* () {
      yield* ensure(function* () {
        yield* sleep(30);
        log.push(`cleaned at ${clock.now()}`);
      });
      yield* spawn(suspend);
      yield* suspend();
    });
    expect(log).toEqual(["cleaned at 40"]);
  });

  test("can be cancelled from another task", function* ({ clock }) {
    const scope = new CancelScope();
    yield* spawn(function* () {
      yield* sleep(5);
      scope.cancel();
    });
    yield* scope.run(() => sleep(100));
    expect([scope.cancelledCaught, clock.now()]).toEqual([true, 5]);
  });

  test("can cancel itself: the body ends at its next wait", function* () {
    let steps = 0;
    const scope = new CancelScope();
    yield* scope.run(function* () {
      scope.cancel();
      for (let i = 0; i < 1000; i++) {
        yield* useScope();
        steps++;
      }
      yield* sleep(0);
      steps = -1;
    });
    expect(scope.cancelledCaught).toBe(true);
    expect(steps).not.toBe(-1);
  });

  test("skips its body when its deadline has come before it is entered", function* ({ clock }) {
    let entered = false;
    const scope = new CancelScope({ deadlineMs: clock.now() });
    yield* scope.run(function* () {
      entered = true;
    });
    expect([entered, scope.cancelledCaught]).toEqual([false, true]);
  });

  test("follows its deadline when that is moved, forward and back", function* ({ clock }) {
    const scope = new CancelScope({ deadlineMs: performance.now() + 10 });
    yield* scope.run(function* () {
      scope.deadlineMs = performance.now() + 1_000;
      yield* sleep(100);
      scope.deadlineMs = performance.now() + 20;
      yield* suspend();
    });
    expect(clock.now()).toBe(120);
  });

  test("has no deadline when that is infinite or further than a timer reaches", function* ({ clock }) {
    const scope = new CancelScope({ deadlineMs: 2 ** 31 + 1_000 });
    yield* scope.run(() => suspend());
    expect(clock.now()).toBe(2 ** 31 + 1_000);
    const endless = new CancelScope({ deadlineMs: Number.POSITIVE_INFINITY });
    expect(yield* endless.run(() => sleepThen(5, "ended"))).toBe("ended");
  });

  test("is entered once only, and its deadline is a number", function* () {
    const scope = new CancelScope({ label: "poll" });
    yield* scope.run(() => sleepThen(0, 1));
    expect(yield* thrownBy(() => scope.run(suspend))).toMatchObject({
      code: "E_SCOPE_REUSED",
      message: 'The cancel scope "poll" was entered twice.',
    });
    expect(() => {
      scope.deadlineMs = Number.NaN;
    }).toThrow(expect.objectContaining({ code: "E_DEADLINE", message: "The deadline of poll is not a number." }));
  });

  test("says when its deadline is, and whether it was called off", function* () {
    const scope = new CancelScope();
    expect([scope.deadlineMs, scope.cancelCalled]).toEqual([Number.POSITIVE_INFINITY, false]);
    scope.deadlineMs = 7;
    expect(scope.deadlineMs).toBe(7);
    scope.cancel();
    expect([scope.cancelCalled, scope.cancelledCaught]).toEqual([true, false]);
  });

  test("skips its body when it was called off before, and leaves no timer behind", function* ({ clock }) {
    const scope = new CancelScope({ deadlineMs: 100 });
    scope.cancel();
    expect(clock.describeTimers()).toBe("");
    scope.deadlineMs = 200; // too late to matter
    expect(clock.describeTimers()).toBe("");
    expect(yield* scope.run(() => sleepThen(0, "value"))).toBeUndefined();
    expect(scope.cancelledCaught).toBe(true);
  });

  test("sets no timer for a deadline that it is given when it is over", function* ({ clock }) {
    const scope = new CancelScope();
    yield* scope.run(() => sleep(1));
    scope.deadlineMs = 5;
    expect(clock.describeTimers()).toBe("");
    yield* sleep(10);
    expect(scope.cancelCalled).toBe(false);
  });

  test("leaves no task behind", function* () {
    yield* yield* spawn(function* () {
      yield* new CancelScope().run(() => sleepThen(1, "value"));
      expect(hasChildren(yield* useScope())).toBe(false);
    });
  });

  test("throws what its body throws", function* () {
    const scope = new CancelScope();
    expect(yield* thrownBy(() => scope.run(() => failing("body")))).toEqual(new Error("body"));
    expect(scope.cancelledCaught).toBe(false);
  });

  test("throws what a task spawned by its body throws, where it can be caught", function* () {
    const scope = new CancelScope();
    const error = yield* thrownBy(() =>
      scope.run(function* () {
        yield* spawn(() => failing("spawned"));
        yield* suspend();
      }),
    );
    expect(error).toEqual(new Error("spawned"));
  });

  test("keeps every error when a spawned task fails and the cleanup fails too", function* () {
    const scope = new CancelScope({ label: "poll" });
    const error = yield* thrownBy(() =>
      scope.run(function* () {
        yield* spawn(() => failing("spawned"));
        try {
          yield* suspend();
        } finally {
          failNow("cleanup");
        }
      }),
    );
    expect(error).toEqual(new AggregateError([new Error("spawned"), new Error("cleanup")], "poll failed."));
  });

  test("throws, where it can be caught, what fails in the cleanup of what its body left behind", function* () {
    const error = yield* thrownBy(() =>
      new CancelScope().run(function* () {
        yield* spawn(failsInCleanup);
        yield* sleep(1);
      }),
    );
    expect(error).toEqual(new Error("cleanup"));
  });

  test("keeps the error of its body when the cleanup of what that left behind fails too", function* () {
    const error = yield* thrownBy(() =>
      new CancelScope({ label: "poll" }).run(function* () {
        yield* spawn(failsInCleanup);
        yield* failing("body");
      }),
    );
    expect(error).toEqual(new AggregateError([new Error("body"), new Error("cleanup")], "poll failed."));
  });

  test("throws what the cleanup of a cancelled body throws", function* ({ clock }) {
    const scope = new CancelScope({ deadlineMs: clock.now() + 5 });
    const error = yield* thrownBy(() =>
      scope.run(function* () {
        try {
          yield* suspend();
        } finally {
          failNow("cleanup");
        }
      }),
    );
    expect(error).toEqual(new Error("cleanup"));
  });

  test("cannot be swallowed by a body that catches everything", function* ({ clock }) {
    let swallowed = false;
    const scope = new CancelScope({ deadlineMs: clock.now() + 5 });
    yield* scope.run(function* () {
      try {
        yield* suspend();
      } catch {
        swallowed = true;
        yield* sleep(1_000);
      }
    });
    expect([scope.cancelledCaught, swallowed, clock.now()]).toEqual([true, false, 5]);
  });
});

describe("a cancel scope in another one", () => {
  test("leaves it to the outer one when both deadlines have passed, whichever timer comes first", function* ({
    clock,
  }) {
    const outer = new CancelScope({ deadlineMs: 5 });
    const inner = new CancelScope({ deadlineMs: 20 });
    const log: string[] = [];
    yield* outer.run(function* () {
      outer.deadlineMs = 20; // Its timer, set for 5, is set anew then: behind the inner one's.
      yield* inner.run(suspend);
      log.push("went on");
    });
    expect([outer.cancelledCaught, inner.cancelCalled, log, clock.now()]).toEqual([true, false, [], 20]);
  });

  test("ends alone when its deadline comes first", function* ({ clock }) {
    const outcome = yield* moveOnAfter(20, function* () {
      yield* moveOnAfter(5, suspend);
      return clock.now();
    });
    expect(outcome).toEqual({ cancelledCaught: false, value: 5 });
  });

  test("gives up a part of the outer one's cleanup that takes too long", function* ({ clock }) {
    const log: string[] = [];
    yield* moveOnAfter(10, function* () {
      yield* ensure(function* () {
        yield* moveOnAfter(15, suspend);
        log.push(`given up at ${clock.now()}`);
      });
      yield* sleep(5); // The cleanup begins before the outer deadline, and goes on after it.
    });
    expect(log).toEqual(["given up at 20"]);
  });

  test("gives it up also when both deadlines pass in the same moment", function* ({ clock }) {
    const outer = new CancelScope({ deadlineMs: 5 });
    const log: string[] = [];
    yield* outer.run(function* () {
      outer.deadlineMs = 20;
      yield* ensure(function* () {
        yield* moveOnAfter(18, suspend); // from 2 on
        log.push(`given up at ${clock.now()}`);
      });
      yield* sleep(2);
    });
    expect(log).toEqual(["given up at 20"]);
  });
});

describe("a halt from outside", () => {
  test("passes through a scope whose failing body is being cleaned up", function* ({ clock }) {
    const log: string[] = [];
    const task = run(function* () {
      try {
        yield* new CancelScope().run(function* () {
          yield* ensure(() => sleep(30));
          yield* sleep(5);
          throw new Error("inner");
        });
      } catch {
        log.push("caught");
      }
      yield* sleep(300);
      log.push("ran on");
    });
    yield* sleep(10);
    const error = yield* thrownBy(() => task.halt());
    expect([error, log, clock.now()]).toEqual([new Error("inner"), [], 35]);
  });

  test("shows what fails in the cleanup of the body to whoever halts", function* ({ clock: _ }) {
    const error = yield* thrownBy(() => moveOnAfter(5, () => new CancelScope().run(failsInCleanup)));
    expect(error).toEqual(new Error("cleanup"));
  });
});

function* failsInCleanup() {
  try {
    yield* suspend();
  } finally {
    failNow("cleanup");
  }
}

function* sleepThen<T>(ms: number, value: T) {
  yield* sleep(ms);
  return value;
}

function* failing(message: string) {
  yield* sleep(0);
  throw new Error(message);
}

function failNow(message: string): never {
  throw new Error(message);
}
