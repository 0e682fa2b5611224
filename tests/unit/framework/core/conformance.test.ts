import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  action,
  createContext,
  ensure,
  type Operation,
  resource,
  run,
  scoped,
  sleep,
  spawn,
  suspend,
  until,
  useScope,
  withResolvers,
} from "effection";
import { z } from "zod";
import {
  catchChildErrors,
  childrenOf,
  hasChildren,
  onScopeEnd,
} from "../../../../framework/core/effection-internals.ts";
import {
  CancelScope,
  failAfter,
  type Handle,
  moveOnAfter,
  openNursery,
  runHandle,
  settle,
} from "../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";

// What the core relies on in Effection 4.1. A release that fails here breaks us, however well its own tests do.

describe("the order of things", () => {
  test("a child begins only once its parent waits, and parents go before children", function* () {
    const log: string[] = [];
    yield* spawn(function* () {
      log.push("child");
    });
    for (let i = 0; i < 3; i++) yield* useScope(); // effects that are done at once are no wait
    log.push("parent");
    yield* sleep(0);
    expect(log).toEqual(["parent", "child"]);
  });

  test("who is woken from outside runs before that returns; from inside, after the running step", function* () {
    const log: string[] = [];
    const fromOutside = withResolvers<void>();
    const fromInside = withResolvers<void>();
    yield* spawn(function* () {
      yield* fromOutside.operation;
      log.push("woken from outside");
      fromInside.resolve();
      log.push("went on");
    });
    yield* spawn(function* () {
      yield* fromInside.operation;
      log.push("woken from inside");
    });
    yield* sleep(0);
    setTimeout(() => {
      log.push("timer");
      fromOutside.resolve();
      log.push("timer's end");
    }, 0);
    yield* sleep(1);
    expect(log).toEqual(["timer", "woken from outside", "went on", "woken from inside", "timer's end"]);
  });

  test("what is opened first ends last: a finally, then tasks and resources from the last to the first", function* () {
    const log: string[] = [];
    const task = yield* spawn(function* () {
      yield* noteEnd(log, "resource");
      yield* spawn(() => cleansUp(log, "task"));
      yield* noteEnd(log, "later resource");
      yield* cleansUp(log, "finally");
    });
    yield* sleep(0);
    yield* task.halt();
    // So nothing that children use may be closed in a `finally`: a resource opened before them is the place.
    expect(log).toEqual(["finally", "later resource", "task", "resource"]);
  });
});

describe("a halt", () => {
  test("cannot be caught, and runs what is to be cleaned up at once", function* ({ clock }) {
    const log: string[] = [];
    const task = yield* spawn(function* () {
      try {
        yield* action<void>(() => () => log.push("action"));
      } catch {
        log.push("caught");
      } finally {
        log.push("finally");
      }
      log.push("went on");
    });
    yield* sleep(1);
    yield* task.halt();
    expect([log, clock.now()]).toEqual([["action", "finally"], 1]);
  });

  test("waits for all cleanup, whoever asks for it", function* ({ clock }) {
    const task = run(function* () {
      yield* ensure(() => sleep(20));
      yield* suspend();
    });
    const other = yield* spawn(function* () {
      yield* sleep(5);
      yield* task.halt();
      return clock.now();
    });
    yield* sleep(1);
    yield* task.halt();
    expect([clock.now(), yield* other]).toEqual([21, 21]);
  });

  test("throws what fails in the cleanup", function* () {
    const task = run(() => failsInCleanup("cleanup"));
    yield* sleep(0);
    expect(yield* thrownBy(() => task.halt())).toEqual(new Error("cleanup"));
  });

  test("leaves a late answer without effect", function* ({ clock: _ }) {
    let answer: (value: string) => void = () => {};
    const outcome = yield* moveOnAfter(1, () =>
      action<string>((resolve) => {
        answer = resolve;
        return () => {};
      }),
    );
    answer("too late");
    yield* sleep(0);
    expect(outcome).toEqual({ cancelledCaught: true });
  });
});

const containers: readonly (readonly [string, (body: () => Operation<void>) => Operation<unknown>])[] = [
  ["a cancel scope", (body) => new CancelScope().run(body)],
  ["a nursery", (body) => openNursery(body)],
  [
    "a nursery's child",
    (body) =>
      openNursery(function* (nursery) {
        nursery.startSoon(body);
      }),
  ],
  ["settle", (body) => settle(body)],
  ["failAfter", (body) => failAfter(1_000, body)],
  ["a handle with a timeout", (body) => runHandle(handleOf(body), undefined, { timeoutMs: 1_000 })],
];

describe("during the cleanup of what has failed in", () => {
  test.each(containers)("%s, a halt is not lost: nothing after it runs", function* ([, contain], { clock }) {
    const log: string[] = [];
    const task = run(function* () {
      try {
        yield* contain(failsAndCleansUp);
      } catch {
        log.push("caught");
      }
      yield* sleep(300);
      log.push("ran on");
    });
    yield* sleep(10);
    yield* moveOnError(() => task.halt());
    expect([log, clock.now()]).toEqual([[], 35]);
  });

  test.each(containers)("%s, an outer deadline is not lost", function* ([, contain], { clock }) {
    const log: string[] = [];
    yield* moveOnError(() =>
      moveOnAfter(10, function* () {
        yield* moveOnError(() => contain(failsAndCleansUp));
        log.push("ran on");
        yield* sleep(300);
      }),
    );
    expect([log, clock.now()]).toEqual([[], 35]);
  });
});

describe("an error", () => {
  test("of a resource that cannot be opened is caught where it is opened", function* () {
    const cannotOpen = resource<void>(function* () {
      yield* sleep(1);
      throw new Error("cannot open");
    });
    expect(yield* thrownBy(() => cannotOpen)).toEqual(new Error("cannot open"));
  });

  test("of a spawned task passes every catch of the task that spawned it, up to a boundary", function* () {
    const log: string[] = [];
    const error = yield* thrownBy(() =>
      scoped(function* () {
        yield* spawn(() => failsAfter(1, "spawned"));
        try {
          yield* suspend();
        } catch {
          log.push("caught");
        } finally {
          log.push("finally");
        }
      }),
    );
    expect([error, log]).toEqual([new Error("spawned"), ["finally"]]);
  });
});

describe("the internals that the core reaches for", () => {
  test("contexts are found by name: ours have a prefix that nobody else's has", function* () {
    const mine = createContext<string>("observability-agents.conformance");
    const same = createContext<string>("observability-agents.conformance");
    yield* mine.set("value");
    expect(yield* same.get()).toBe("value");
  });

  test("the error boundary of a scope takes the errors of its children's tasks", function* ({ clock: _ }) {
    const errors: unknown[] = [];
    yield* yield* spawn(function* () {
      yield* catchChildErrors((error) => errors.push(error));
      yield* spawn(() => failsAfter(1, "child"));
      yield* sleep(2);
    });
    expect(errors).toEqual([new Error("child")]);
  });

  test("scope.ensure() calls after everything in the scope has ended", function* ({ clock }) {
    let endedAt: number | undefined;
    yield* yield* spawn(function* () {
      onScopeEnd(yield* useScope(), () => {
        endedAt = clock.now();
      });
      yield* ensure(() => sleep(5));
    });
    expect(endedAt).toBe(5);
  });

  test("a scope knows whether tasks, resources or cleanups are open in it", function* () {
    yield* yield* spawn(function* () {
      const scope = yield* useScope();
      expect(hasChildren(scope)).toBe(false);
      const task = yield* spawn(suspend);
      expect([hasChildren(scope), childrenOf(scope).length]).toEqual([true, 1]);
      yield* sleep(0);
      yield* task.halt();
      yield* scoped(() => sleep(0));
      expect(hasChildren(scope)).toBe(false);
      yield* ensure(() => {});
      expect(hasChildren(scope)).toBe(true);
    });
  });
});

describe("memory", () => {
  test("is under 12 KB for a child that waits, and comes back when children end", { timeoutMs: 60_000 }, function* () {
    const script = join(import.meta.dirname, "heap-of-children.ts");
    const { stdout } = yield* until(promisify(execFile)(process.execPath, [script]));
    const bytes = z.record(z.string(), z.number()).parse(JSON.parse(stdout));
    expect(bytes["idleChild"]).toBeLessThan(12 * 1024);
    // 5,000 children, 8,000 bodies: the engine keeps some for itself, but nothing for each child, which would be 80 bytes at least.
    expect(bytes["shortChildren"]).toBeLessThan(400_000);
    expect(bytes["containedBodies"]).toBeLessThan(640_000);
  });
});

function handleOf(body: () => Operation<void>): Handle<void, void, void> {
  return { name: "acme.work", *preHook() {}, handle: body, *postHook() {} };
}

/** Fails at 5 ms, and takes 30 ms more to clean up. */
function* failsAndCleansUp(): Operation<void> {
  yield* ensure(() => sleep(30));
  yield* failsAfter(5, "inner");
}

function* failsAfter(ms: number, message: string): Operation<never> {
  yield* sleep(ms);
  throw new Error(message);
}

function* cleansUp(log: string[], name: string): Operation<void> {
  try {
    yield* suspend();
  } finally {
    log.push(name);
  }
}

function noteEnd(log: string[], name: string): Operation<void> {
  return ensure(() => {
    log.push(name);
  });
}

function* failsInCleanup(message: string): Operation<void> {
  try {
    yield* suspend();
  } finally {
    failNow(message);
  }
}

function* moveOnError(operation: () => Operation<unknown>): Operation<void> {
  try {
    yield* operation();
  } catch {}
}

function failNow(message: string): never {
  throw new Error(message);
}
