import {
  createContext,
  ensure,
  type Operation,
  resource,
  run,
  type Scope,
  scoped,
  sleep,
  spawn,
  suspend,
  useScope,
} from "effection";
import {
  abortable,
  failAfter,
  type Handle,
  moveOnAfter,
  runHandle,
  TooSlowError,
} from "../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";

/** Effection finds contexts by name: the scopes below a scope. */
const ChildrenContext = createContext<ReadonlySet<Scope>>("@effection/scope.children");

type Hooks = Partial<Pick<Handle<string, string, string>, "preHook" | "handle" | "postHook">>;

/** Passes its input on, but for what `hooks` says. */
const handleWith = (hooks: Hooks): Handle<string, string, string> => ({
  name: "acme.echo",
  *preHook() {},
  *handle(input) {
    return input;
  },
  *postHook(raw) {
    return raw;
  },
  ...hooks,
});

const timeouts = [{}, { timeoutMs: 100 }] as const;

describe("runHandle", () => {
  test.each(timeouts)("runs the three phases in order and passes on what they give (%o)", function* (options) {
    const log: string[] = [];
    const handle: Handle<number, string, string[]> = {
      name: "acme.list",
      *preHook() {
        log.push("preHook");
      },
      *handle(input) {
        log.push(`handle ${input}`);
        yield* sleep(1);
        return "a,b";
      },
      *postHook(raw) {
        log.push(`postHook ${raw}`);
        return raw.split(",");
      },
    };
    expect(yield* runHandle(handle, 7, options)).toEqual(["a", "b"]);
    expect(log).toEqual(["preHook", "handle 7", "postHook a,b"]);
  });

  test.each(timeouts)("throws what a phase throws, the very object, and leaves out the rest (%o)", function* (options) {
    const error = new Error("refused");
    const log: string[] = [];
    const handle = handleWith({
      *handle() {
        yield* sleep(1);
        throw error;
      },
      *postHook(raw) {
        log.push("postHook");
        return raw;
      },
    });
    expect(yield* thrownBy(() => runHandle(handle, "input", options))).toBe(error);
    expect(log).toEqual([]);
  });

  test.each(timeouts)("gives undefined where a handle gives it (%o)", function* (options) {
    const handle: Handle<void, void, void> = { name: "acme.ping", *preHook() {}, *handle() {}, *postHook() {} };
    expect(yield* runHandle(handle, undefined, options)).toBeUndefined();
  });

  test("waits as long as it takes without a timeout", function* ({ clock }) {
    yield* runHandle(handleWith({ handle: (input) => sleepThen(3_600_000, input) }), "input");
    expect(clock.now()).toBe(3_600_000);
  });
});

describe("runHandle without a timeout", () => {
  test("leaves open what its phases opened, until its caller ends", function* ({ clock: _ }) {
    const log: string[] = [];
    const task = yield* spawn(function* () {
      const handle = handleWith({ preHook: () => useConnection(log) });
      log.push(yield* runHandle(handle, "input"));
      log.push(yield* runHandle(handle, "input", {}));
    });
    yield* task;
    expect(log).toEqual(["input", "input", "connection", "connection"]);
  });
});

describe("runHandle with a timeout", () => {
  test.each(["preHook", "handle", "postHook"] as const)("gives %s up, and says so", function* (phase, { clock }) {
    const error = yield* thrownBy(() => runHandle(handleWith({ [phase]: forever }), "input", { timeoutMs: 1_500 }));
    expect(error).toBeInstanceOf(TooSlowError);
    expect(error).toMatchObject({
      label: `acme.echo.${phase}`,
      afterMs: 1_500,
      message: `acme.echo.${phase} did not end within 1.5 s.`,
    });
    expect(clock.now()).toBe(1_500);
  });

  test("allows each phase its own time", function* ({ clock }) {
    const handle = handleWith({
      preHook: () => sleep(90),
      handle: (input) => sleepThen(90, input),
      postHook: (raw) => sleepThen(90, raw),
    });
    expect(yield* runHandle(handle, "input", { timeoutMs: 100 })).toBe("input");
    expect(clock.now()).toBe(270);
  });

  test("works again after one was given up, and after one has failed", function* ({ clock }) {
    const input = { timeoutMs: 100 };
    for (const slow of [handleWith({ handle: forever }), handleWith({ handle: failing })]) {
      yield* thrownBy(() => runHandle(slow, "input", input));
      expect(yield* runHandle(handleWith({ handle: (text) => sleepThen(50, text) }), "next", input)).toBe("next");
    }
    expect(clock.now()).toBe(100 + 50 + 1 + 50);
  });

  test("refuses a timeout that is not a number", function* () {
    const error = yield* thrownBy(() => runHandle(handleWith({}), "input", { timeoutMs: Number.NaN }));
    expect(error).toMatchObject({ code: "E_DEADLINE", message: "The timeout of acme.echo is not a number." });
  });

  test("takes no timeout for an infinite one", function* ({ clock }) {
    const handle = handleWith({ handle: (input) => sleepThen(3_600_000, input) });
    expect(yield* runHandle(handle, "input", { timeoutMs: Number.POSITIVE_INFINITY })).toBe("input");
    expect(clock.now()).toBe(3_600_000);
  });

  test("closes with the run what its phases opened, in time or not", function* ({ clock }) {
    const log: string[] = [];
    for (const last of [sleep(5), suspend()]) {
      const handle = handleWith({
        *preHook() {
          yield* useConnection(log);
          yield* spawn(() => cleansUp(log, "task"));
          yield* last;
        },
      });
      yield* moveOnError(() => runHandle(handle, "input", { timeoutMs: 10 }));
      log.push(`returned at ${clock.now()}`);
    }
    const closed = ["task", "connection"];
    expect(log).toEqual([...closed, "returned at 8", ...closed, "returned at 20"]);
  });

  test("throws what a task that a phase spawned throws", function* ({ clock: _ }) {
    const handle = handleWith({
      *preHook() {
        yield* spawn(failing);
        yield* suspend();
      },
    });
    expect(yield* thrownBy(() => runHandle(handle, "input", { timeoutMs: 10 }))).toEqual(new Error("failing"));
  });

  test("keeps every error: of a phase, and of the cleanup of what it opened", function* ({ clock: _ }) {
    const handle = handleWith({
      *preHook() {
        yield* spawn(failsInCleanup);
        yield* failing();
      },
    });
    const error = yield* thrownBy(() => runHandle(handle, "input", { timeoutMs: 10 }));
    expect(error).toEqual(new AggregateError([new Error("failing"), new Error("cleanup")], "handle failed."));
  });

  test("lets a phase catch what fails in what it waits for", function* ({ clock: _ }) {
    const handle = handleWith({
      *handle() {
        return String(yield* thrownBy(() => abortable(() => Promise.reject(new Error("refused")))));
      },
      *postHook(raw) {
        return `${raw}, then ${yield* thrownBy(failing)}`;
      },
    });
    const output = yield* runHandle(handle, "input", { timeoutMs: 10 });
    expect(output).toBe("Error: refused, then Error: failing");
  });

  test("closes what a phase has opened when it is halted before the child has begun", function* ({ clock }) {
    const log: string[] = [];
    const handle = handleWith({
      *preHook() {
        log.push("opened");
        yield* cleansUp(log, "closed");
      },
    });
    const task = yield* spawn(() => runHandle(handle, "input", { timeoutMs: 10 }));
    yield* yield* spawn(function* () {
      yield* task.halt();
    });
    expect([log, clock.describeTimers()]).toEqual([["opened", "closed"], ""]);
  });

  test("leaves no timer behind, whatever happens", function* ({ clock }) {
    for (const hooks of [{}, { handle: failing }, { handle: forever }]) {
      yield* moveOnError(() => runHandle(handleWith(hooks), "input", { timeoutMs: 10 }));
      expect(clock.describeTimers()).toBe("");
    }
  });

  test("opens one child for all runs of a task", function* ({ clock: _ }) {
    const scopes: Scope[] = [];
    const handle = handleWith({
      *handle(input) {
        scopes.push(yield* useScope());
        return input;
      },
    });
    for (let i = 0; i < 3; i++) yield* runHandle(handle, "input", { timeoutMs: 10 });
    yield* yield* spawn(() => runHandle(handle, "input", { timeoutMs: 10 }));
    expect(new Set(scopes.slice(0, 3)).size).toBe(1);
    expect(scopes[3]).not.toBe(scopes[0]);
  });

  test("opens no child for a run that waits for nothing", function* ({ clock: _ }) {
    const before = yield* useScope();
    const children = () => before.get(ChildrenContext)?.size;
    const count = children();
    for (let i = 0; i < 3; i++) expect(yield* runHandle(handleWith({}), "input", { timeoutMs: 10 })).toBe("input");
    expect(children()).toBe(count);
  });

  test("may be run by tasks at the same time, each with its own clock", function* ({ clock }) {
    const log: string[] = [];
    const tasks: Operation<void>[] = [];
    for (const [name, ms] of [
      ["a", 30],
      ["b", 50],
      ["c", 5],
    ] as const) {
      tasks.push(
        yield* spawn(function* () {
          const error = yield* thrownBy(() => runHandle(handleWith({ handle: forever }), "", { timeoutMs: ms }));
          log.push(`${name} ${error instanceof TooSlowError} ${clock.now()}`);
        }),
      );
    }
    for (const task of tasks) yield* task;
    expect(log).toEqual(["c true 5", "a true 30", "b true 50"]);
  });

  test("leaves a deadline of the same moment to the scope around it, or to a scope inside of it", function* ({
    clock,
  }) {
    const inside = handleWith({ handle: () => failAfter(5, forever, "inside") });
    expect(yield* thrownBy(() => runHandle(inside, "input", { timeoutMs: 5 }))).toMatchObject({
      label: "acme.echo.handle",
    });
    yield* sleep(1); // The handle's child is there by now, and its timer was set by an earlier run.
    const around = yield* moveOnAfter(5, () => runHandle(handleWith({ handle: forever }), "input", { timeoutMs: 5 }));
    expect([around.cancelledCaught, clock.now()]).toEqual([true, 11]);
  });

  test("may be run inside a phase of another", function* ({ clock }) {
    const inner = handleWith({ handle: (input) => sleepThen(50, `inner ${input}`) });
    const outer = handleWith({
      *handle(input) {
        const error = yield* thrownBy(() => runHandle(inner, input, { timeoutMs: 20 }));
        return `${error instanceof TooSlowError} ${yield* runHandle(inner, input, { timeoutMs: 60 })}`;
      },
    });
    expect(yield* runHandle(outer, "input", { timeoutMs: 100 })).toBe("true inner input");
    expect(clock.now()).toBe(70);
    const error = yield* thrownBy(() => runHandle(outer, "input", { timeoutMs: 65 }));
    expect(error).toMatchObject({ label: "acme.echo.handle", afterMs: 65 });
  });
});

describe("an earlier end from outside", () => {
  test("gives up the phase, waits for its cleanup, and is not taken for its timeout", function* ({ clock }) {
    const log: string[] = [];
    const handle = handleWith({
      *handle(input) {
        yield* ensure(() => sleep(20));
        yield* cleansUp(log, "phase");
        return input;
      },
    });
    const error = yield* thrownBy(() => failAfter(5, () => runHandle(handle, "input", { timeoutMs: 100 }), "outer"));
    expect([error, log, clock.now()]).toEqual([expect.objectContaining({ label: "outer" }), ["phase"], 25]);
  });

  test("comes before a timeout of the same moment", function* ({ clock: _ }) {
    const outcome = yield* moveOnAfter(10, () =>
      moveOnError(() => runHandle(handleWith({ handle: forever }), "input", { timeoutMs: 10 })),
    );
    expect(outcome.cancelledCaught).toBe(true);
  });

  test.each([0, 1, 2, 3, 4])("leaves nothing running when it comes in phase step %i", function* (steps, { clock }) {
    let open = 0;
    const handle = handleWith({
      *preHook() {
        open++;
        try {
          for (let i = 0; i < 5; i++) yield* sleep(1);
        } finally {
          open--;
        }
      },
    });
    const task = run(() => runHandle(handle, "input", { timeoutMs: 100 }));
    yield* clock.advance(steps);
    yield* task.halt();
    expect([open, clock.describeTimers()]).toEqual([0, ""]);
  });

  test("waits for a phase that was given up and is closing what it has opened", function* ({ clock }) {
    const log: string[] = [];
    const handle = handleWith({
      *handle() {
        yield* scoped(function* () {
          yield* useConnection(log);
          yield* suspend();
        });
        return "never";
      },
    });
    const task = run(() => runHandle(handle, "input", { timeoutMs: 10 }));
    yield* sleep(11);
    yield* task.halt();
    expect([log, clock.now()]).toEqual([["connection"], 12]);
  });
});

function* sleepThen<T>(ms: number, value: T): Operation<T> {
  yield* sleep(ms);
  return value;
}

function* failing(): Operation<never> {
  yield* sleep(1);
  throw new Error("failing");
}

function* forever(): Operation<never> {
  yield* suspend();
  throw new Error("unreachable");
}

function* moveOnError(operation: () => Operation<unknown>): Operation<void> {
  try {
    yield* operation();
  } catch {}
}

/** Takes 1 ms to open and 2 ms to close. */
function useConnection(log: string[]): Operation<void> {
  return resource(function* (provide) {
    yield* sleep(1);
    yield* ensure(() => sleep(2));
    try {
      yield* provide();
    } finally {
      log.push("connection");
    }
  });
}

function* failsInCleanup(): Operation<void> {
  try {
    yield* suspend();
  } finally {
    failNow("cleanup");
  }
}

function failNow(message: string): never {
  throw new Error(message);
}

function* cleansUp(log: string[], name: string): Operation<void> {
  try {
    yield* suspend();
  } finally {
    log.push(name);
  }
}
