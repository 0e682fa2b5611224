import { ensure, type Operation, run, type Scope, scoped, sleep, spawn, suspend, useScope } from "effection";
import { ContainedChild } from "../../../../framework/core/contained-child.ts";
import { CancelScope } from "../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";
import { flattenErrors } from "../../../../toolkit/errors.ts";

describe("a contained child", () => {
  test("runs one body after the other in the same task", function* () {
    const scopes: Scope[] = [];
    const child = yield* useChild();
    for (let i = 0; i < 3; i++) {
      yield* child.run(function* () {
        yield* sleep(1);
        scopes.push(yield* useScope());
      });
    }
    expect(new Set(scopes).size).toBe(1);
    expect(scopes[0]).not.toBe(yield* useScope());
  });

  test("throws what the body throws, the very object, and works again", function* () {
    const child = yield* useChild();
    const error = new Error("body");
    let ran = 0;
    for (let i = 0; i < 2; i++) {
      const thrown = yield* thrownBy(() =>
        child.run(function* () {
          yield* sleep(1);
          ran++;
          throw error;
        }),
      );
      expect(thrown).toBe(error);
    }
    expect(ran).toBe(2);
  });

  test.each([
    ["a task", () => spawn(suspend)],
    ["an ensure()", () => ensure(() => {})],
  ] as const)("is replaced after a body that left %s open, which has ended by then", function* ([, open]) {
    const scopes: Scope[] = [];
    const log: string[] = [];
    const child = yield* useChild();
    for (let i = 0; i < 2; i++) {
      yield* child.run(function* () {
        scopes.push(yield* useScope());
        yield* ensure(() => {
          log.push("closed");
        });
        yield* open();
      });
      log.push("returned");
    }
    expect(log).toEqual(["closed", "returned", "closed", "returned"]);
    expect(scopes[0]).not.toBe(scopes[1]);
  });

  test("is not replaced after a body whose tasks have ended", function* () {
    const scopes: Scope[] = [];
    const child = yield* useChild();
    for (let i = 0; i < 2; i++) {
      yield* child.run(function* () {
        scopes.push(yield* useScope());
        yield* yield* spawn(() => sleep(1));
      });
    }
    expect(scopes[0]).toBe(scopes[1]);
  });

  test("throws what a task that the body spawned throws, and works again", function* () {
    const child = yield* useChild();
    const error = yield* thrownBy(() =>
      child.run(function* () {
        yield* spawn(() => failsAfter(1, "spawned"));
        yield* suspend();
      }),
    );
    expect(error).toEqual(new Error("spawned"));
    let ran = false;
    yield* child.run(function* () {
      yield* sleep(1);
      ran = true;
    });
    expect(ran).toBe(true);
  });

  test("throws all that has failed together", function* () {
    const child = yield* useChild();
    const error = yield* thrownBy(() =>
      child.run(function* () {
        yield* spawn(() => failsInCleanup("left behind"));
        yield* failsAfter(1, "body");
      }),
    );
    expect(error).toEqual(new AggregateError([new Error("body"), new Error("left behind")], "work failed."));
  });
});

describe("a body that is called off", () => {
  test("ends with its cleanup, and without an error; the next one runs", function* ({ clock }) {
    const child = yield* useChild();
    const log: string[] = [];
    yield* spawn(function* () {
      yield* sleep(5);
      child.interrupt();
    });
    yield* child.run(function* () {
      yield* ensure(() => sleep(20));
      yield* suspend();
      log.push("went on");
    });
    log.push(`called off at ${clock.now()}`);
    yield* child.run(function* () {
      log.push("next");
    });
    expect(log).toEqual(["called off at 25", "next"]);
  });

  test("is thrown for when its cleanup fails", function* () {
    const child = yield* useChild();
    yield* spawn(function* () {
      yield* sleep(5);
      child.interrupt();
    });
    expect(yield* thrownBy(() => child.run(() => failsInCleanup("cleanup")))).toEqual(new Error("cleanup"));
  });

  test("may call itself off, and ends at its next wait", function* () {
    const child = yield* useChild();
    const log: string[] = [];
    yield* child.run(function* () {
      child.interrupt();
      log.push("still here");
      yield* sleep(1);
      log.push("went on");
    });
    expect(log).toEqual(["still here"]);
  });

  test("has ended when it was done in the very moment", function* () {
    const child = yield* useChild();
    const log: string[] = [];
    yield* child.run(function* () {
      yield* sleep(1);
      child.interrupt();
      log.push("done");
    });
    yield* child.run(function* () {
      yield* sleep(1);
      log.push("next");
    });
    expect(log).toEqual(["done", "next"]);
  });

  test("does not touch the next one when nothing was running", function* () {
    const child = yield* useChild();
    const log: string[] = [];
    child.interrupt();
    yield* child.run(function* () {
      yield* sleep(1);
      log.push("first");
    });
    child.interrupt();
    yield* child.run(function* () {
      yield* sleep(1);
      log.push("second");
    });
    expect(log).toEqual(["first", "second"]);
  });
});

describe("the end of its owner", () => {
  test("ends the child, body and all, and waits for that", function* ({ clock }) {
    const log: string[] = [];
    const task = run(function* () {
      const child = yield* useChild();
      yield* child.run(function* () {
        yield* ensure(() => sleep(20));
        yield* cleansUp(log, "body");
      });
    });
    yield* sleep(5);
    yield* task.halt();
    expect([log, clock.now()]).toEqual([["body"], 25]);
  });

  test("ends a child that has nothing to do", function* () {
    const task = run(function* () {
      const child = yield* useChild();
      yield* child.run(function* () {});
      return "done";
    });
    expect(yield* task).toBe("done");
  });

  test("shows what fails in the cleanup of a body to whoever halts", function* () {
    const outer = new CancelScope();
    const error = yield* thrownBy(() =>
      outer.run(function* () {
        const child = yield* useChild();
        yield* spawn(function* () {
          yield* sleep(1);
          outer.cancel();
        });
        yield* child.run(() => failsInCleanup("cleanup"));
      }),
    );
    expect(error).toEqual(new Error("cleanup"));
  });
});

describe("what fails while its owner is being halted", () => {
  test("is all shown to whoever halts", function* ({ clock }) {
    const task = run(function* () {
      const child = yield* useChild();
      yield* child.run(function* () {
        yield* spawn(() => failsAfter(5, "first"));
        yield* spawn(() => failsAfter(6, "second"));
        yield* ensure(() => sleep(30));
        yield* suspend();
      });
    });
    yield* sleep(1);
    const error = yield* thrownBy(() => task.halt());
    expect(error).toEqual(new AggregateError([new Error("first"), new Error("second")], "Several tasks failed."));
    expect(clock.now()).toBe(31);
  });

  test("is shown, too, when the body was called off before, and its cleanup takes longer", function* ({ clock }) {
    const task = run(function* () {
      const child = yield* useChild();
      setTimeout(() => child.interrupt(), 5);
      yield* child.run(function* () {
        yield* ensure(() => sleep(20));
        yield* spawn(() => failsAfter(7, "spawned"));
        yield* ensure(() => sleep(4));
        yield* failsInCleanup("body");
      });
    });
    yield* sleep(10);
    const error = yield* thrownBy(() => task.halt());
    expect(flattenErrors(error)).toEqual([new Error("body"), new Error("spawned")]);
    expect(clock.now()).toBe(29);
  });

  test("is kept as a whole: the errors of all that the body had opened", function* () {
    const child = yield* useChild();
    const error = yield* thrownBy(() =>
      child.run(function* () {
        yield* spawn(() => failsInCleanup("spawned"));
        yield* ensure(() => failNow("ensured"));
        yield* spawn(() => failsInCleanup("spawned later"));
        yield* sleep(1);
        throw new Error("body");
      }),
    );
    const errors = ["body", "spawned later", "ensured", "spawned"].map((message) => new Error(message));
    expect(error).toEqual(new AggregateError(errors, "work failed."));
  });
});

describe("a body that has lost its halt", () => {
  /** Effection loses the halt of a task that catches what fails in the cleanup of `scoped()`. */
  function* losesItsHalt(): Operation<void> {
    yield* thrownBy(() =>
      scoped(function* () {
        yield* ensure(function* () {
          yield* sleep(2);
          failNow("cleanup");
        });
        yield* suspend();
      }),
    );
  }

  test.each([
    ["nothing", function* () {}],
    ["a task", () => spawn(suspend)],
    ["an ensure()", () => ensure(() => {})],
  ] as const)("ends all the same when it is called off with %s open", function* ([, open], { clock }) {
    const child = yield* useChild();
    setTimeout(() => child.interrupt(), 5);
    yield* child.run(function* () {
      yield* open();
      yield* losesItsHalt();
    });
    expect(clock.now()).toBe(7);
  });

  test.each([false, true])(
    "ends all the same when its owner is halted (the last body: %s)",
    function* (isLast, { clock }) {
      const task = run(function* () {
        const child = yield* useChild();
        yield* child.run(losesItsHalt, isLast);
      });
      yield* sleep(5);
      yield* task.halt();
      expect(clock.now()).toBe(7);
    },
  );
});

describe("end()", () => {
  test("ends the child; another run opens another", function* () {
    const scopes: Scope[] = [];
    const child = yield* useChild();
    yield* child.end();
    for (let i = 0; i < 2; i++) {
      yield* child.run(function* () {
        scopes.push(yield* useScope());
      });
      yield* child.end();
    }
    expect(scopes[0]).not.toBe(scopes[1]);
  });
});

function* useChild(): Operation<ContainedChild> {
  return new ContainedChild(yield* useScope(), "work");
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

function* failsInCleanup(message: string) {
  try {
    yield* suspend();
  } finally {
    failNow(message);
  }
}

function failNow(message: string): never {
  throw new Error(message);
}
