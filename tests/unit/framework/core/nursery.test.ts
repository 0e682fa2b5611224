import { ensure, type Operation, sleep, spawn, suspend } from "effection";
import {
  CancelScope,
  moveOnAfter,
  type Nursery,
  openMemoryChannel,
  openNursery,
  TaskNameContext,
} from "../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";

describe("a nursery", () => {
  test("waits for its body and all its children, and gives what the body returns", function* ({ clock }) {
    const log: string[] = [];
    const result = yield* openNursery(function* (nursery) {
      nursery.startSoon(() => note(log, 5, "a"));
      nursery.startSoon(note(log, 10, "b"));
      log.push("body");
      return "result";
    });
    expect([result, log, clock.now()]).toEqual(["result", ["body", "a", "b"], 10]);
  });

  test("takes children that children start", function* ({ clock }) {
    yield* openNursery(function* (nursery) {
      nursery.startSoon(function* () {
        yield* sleep(5);
        nursery.startSoon(sleep(20));
      });
    });
    expect(clock.now()).toBe(25);
  });

  test("tells the names of what is running", function* () {
    let children: readonly string[] = [];
    yield* openNursery(function* (nursery) {
      nursery.startSoon(sleep(1), { name: "poller" });
      nursery.startSoon(sleep(1));
      yield* nursery.start<void>(function* (started) {
        started();
        children = nursery.children;
      });
    });
    expect(children).toEqual(["body", "poller", "child", "child"]);
  });

  test("tells each child its name", function* () {
    const names: (string | undefined)[] = [];
    const noteName = function* () {
      names.push(yield* TaskNameContext.get());
    };
    yield* openNursery(function* (nursery) {
      nursery.startSoon(noteName, { name: "poller" });
      nursery.startSoon(noteName);
      yield* noteName();
    });
    expect(names).toEqual(["body", "poller", "child"]);
  });

  test("refuses children once it has closed", function* () {
    let closed: Nursery | undefined;
    yield* openNursery(function* (nursery) {
      closed = nursery;
    });
    expect(() => closed?.startSoon(sleep(1), { name: "late" })).toThrow(
      expect.objectContaining({
        code: "E_NURSERY_CLOSED",
        message: 'Cannot start "late": the nursery has closed. Start it earlier.',
      }),
    );
  });

  test("ends without an error when it is cancelled", function* ({ clock }) {
    const log: string[] = [];
    const result = yield* openNursery(function* (nursery) {
      nursery.startSoon(() => cleansUp(log, "a"));
      nursery.startSoon(() => cleansUp(log, "b"));
      yield* sleep(3);
      nursery.cancel();
      yield* suspend();
    });
    expect([result, log, clock.now()]).toEqual([undefined, ["b", "a"], 3]);
  });

  test("does not run a child that is started together with the cancellation", function* () {
    let ran = false;
    yield* openNursery(function* (nursery) {
      nursery.cancel();
      nursery.startSoon(function* () {
        ran = true;
        yield* suspend();
      });
      yield* suspend();
    });
    expect(ran).toBe(false);
  });

  test("is halted with all its children by a deadline around it", function* ({ clock }) {
    const log: string[] = [];
    const outcome = yield* moveOnAfter(5, () =>
      openNursery(function* (nursery) {
        for (const name of ["a", "b", "c"]) nursery.startSoon(() => cleansUp(log, name));
      }),
    );
    expect([outcome.cancelledCaught, log, clock.now()]).toEqual([true, ["c", "b", "a"], 5]);
  });
});

describe("a child that is started from outside Effection, and so runs at once", () => {
  test("is halted, cleanup and all, when the first thing it does is to cancel the nursery", function* ({ clock }) {
    const log: string[] = [];
    yield* openNursery(function* (nursery) {
      setTimeout(() => {
        nursery.startSoon(function* () {
          yield* ensure(() => sleep(20));
          nursery.cancel();
          yield* cleansUp(log, "child");
        });
      }, 5);
      yield* cleansUp(log, "body");
    });
    expect([log.toSorted(), clock.now()]).toEqual([["body", "child"], 25]);
  });

  test("is halted when the first thing it does makes another child fail, and no error is lost", function* ({ clock }) {
    const [send, receive] = openMemoryChannel<string>(0);
    const error = yield* thrownBy(() =>
      openNursery(function* (nursery) {
        nursery.startSoon(function* () {
          throw new Error(yield* receive.receive());
        });
        setTimeout(() => {
          nursery.startSoon(function* () {
            yield* spawn(() => failsInCleanup("grandchild's cleanup"));
            send.sendNowait("other");
            yield* suspend();
          });
        }, 5);
      }),
    );
    expect([messages(error), clock.now()]).toEqual([["other", "grandchild's cleanup"], 5]);
  });

  test("may end at once", function* ({ clock }) {
    let children: readonly string[] = [];
    yield* openNursery(function* (nursery) {
      setTimeout(() => {
        nursery.startSoon(function* () {});
        children = nursery.children;
      }, 5);
      yield* sleep(10);
    });
    expect([children, clock.now()]).toEqual([["body"], 10]);
  });
});

describe("a halt from outside", () => {
  test("ends all children at once: none works on while another one is cleaned up", function* ({ clock }) {
    let beats = 0;
    yield* moveOnAfter(5, () =>
      openNursery(function* (nursery) {
        nursery.startSoon(function* () {
          while (true) {
            yield* sleep(1);
            beats++;
          }
        });
        nursery.startSoon(function* () {
          yield* ensure(() => sleep(1_000));
          yield* suspend();
        });
      }),
    );
    expect([beats, clock.now()]).toEqual([4, 1_005]);
  });
});

describe("a failure in a nursery", () => {
  test("halts the body and the other children, and comes out as an AggregateError", function* ({ clock }) {
    const log: string[] = [];
    const error = yield* thrownBy(() =>
      openNursery(function* (nursery) {
        nursery.startSoon(() => failsAfter(10, "child"));
        nursery.startSoon(() => cleansUp(log, "other"));
        yield* cleansUp(log, "body");
      }),
    );
    expect(error).toEqual(new AggregateError([new Error("child")], "child"));
    expect([log, clock.now()]).toEqual([["other", "body"], 10]);
  });

  test("of the body halts the children and waits for their cleanup", function* ({ clock }) {
    const error = yield* thrownBy(() =>
      openNursery(function* (nursery) {
        nursery.startSoon(function* () {
          yield* ensure(() => sleep(40));
          yield* suspend();
        });
        yield* failsAfter(10, "body");
      }),
    );
    expect([error, clock.now()]).toEqual([new AggregateError([new Error("body")], "body"), 50]);
  });

  test("keeps all errors: one child's, and those in the cleanup of three others", function* () {
    const error = yield* thrownBy(() =>
      openNursery(function* (nursery) {
        nursery.startSoon(() => failsAfter(5, "A"));
        nursery.startSoon(() => failsInCleanup("B"));
        nursery.startSoon(() => failsInCleanup("C"));
        nursery.startSoon(() => failsInCleanup("D"));
      }),
    );
    expect(messages(error)).toEqual(["A", "D", "C", "B"]);
    expect(error).toMatchObject({ message: "4 errors, the first: A" });
  });

  test("is seen when a task that a child spawned fails", function* () {
    const log: string[] = [];
    const error = yield* thrownBy(() =>
      openNursery(function* (nursery) {
        nursery.startSoon(function* () {
          yield* spawn(() => failsAfter(5, "grandchild"));
          yield* cleansUp(log, "child");
        });
      }),
    );
    expect([messages(error), log]).toEqual([["grandchild"], ["child"]]);
  });

  test("is seen when what a finished child left behind fails in its cleanup", function* () {
    const error = yield* thrownBy(() =>
      openNursery(function* (nursery) {
        nursery.startSoon(function* () {
          yield* spawn(() => failsInCleanup("left behind"));
          yield* sleep(1);
        });
      }),
    );
    expect(messages(error)).toEqual(["left behind"]);
  });

  test("is seen when what a halted child had spawned fails in its cleanup", function* () {
    const error = yield* thrownBy(() =>
      openNursery(function* (nursery) {
        nursery.startSoon(function* () {
          yield* spawn(() => failsInCleanup("grandchild's cleanup"));
          yield* suspend();
        });
        nursery.startSoon(() => failsAfter(5, "first"));
      }),
    );
    expect(messages(error)).toEqual(["first", "grandchild's cleanup"]);
  });

  test("is kept for each task that a child had spawned, and for what it had opened", function* () {
    const error = yield* thrownBy(() =>
      openNursery(function* (nursery) {
        nursery.startSoon(function* () {
          yield* spawn(() => failsInCleanup("A"));
          yield* ensure(() => failUnless(false, "B"));
          yield* spawn(() => failsInCleanup("C"));
          yield* suspend();
        });
        nursery.startSoon(() => failsAfter(5, "first"));
      }),
    );
    expect(messages(error)).toEqual(["first", "C", "B", "A"]);
  });

  test("is kept beside all that fails in the cleanup of the very child that has failed", function* () {
    const error = yield* thrownBy(() =>
      openNursery(function* (nursery) {
        nursery.startSoon(function* () {
          for (const name of ["A", "B"]) yield* ensure(() => failUnless(false, name));
          throw new Error("first");
        });
      }),
    );
    expect(messages(error)).toEqual(["first", "B", "A"]);
  });

  test("is seen when the nursery is halted from outside and a child's cleanup fails", function* ({ clock: _ }) {
    const error = yield* thrownBy(() =>
      moveOnAfter(5, () =>
        openNursery(function* (nursery) {
          nursery.startSoon(() => failsInCleanup("A"));
          nursery.startSoon(() => failsInCleanup("B"));
        }),
      ),
    );
    expect(messages(error).toSorted()).toEqual(["A", "B"]);
  });
});

describe("nursery.start", () => {
  test("leaves to the nursery what the child throws when nobody waits for it any more", function* ({ clock: _ }) {
    const error = yield* thrownBy(() =>
      openNursery(function* (nursery) {
        yield* moveOnAfter(5, () => nursery.start(() => failsInCleanup("given up")));
      }),
    );
    expect(messages(error)).toEqual(["given up"]);
  });

  test("leaves to the nursery what the child throws when both are halted", function* ({ clock: _ }) {
    const error = yield* thrownBy(() =>
      openNursery(function* (nursery) {
        nursery.startSoon(() => failsAfter(5, "first"));
        yield* nursery.start(() => failsInCleanup("second"));
      }),
    );
    expect(messages(error)).toEqual(["first", "second"]);
  });

  test("throws when it is called from outside, and the nursery is halted in the same moment", function* () {
    let nursery: Nursery | undefined;
    const scope = new CancelScope();
    yield* spawn(() =>
      scope.run(() =>
        openNursery(function* (opened) {
          nursery = opened;
          yield* suspend();
        }),
      ),
    );
    yield* sleep(1);
    scope.cancel();
    const error = yield* thrownBy(function* () {
      yield* nursery?.start<void>(function* (started) {
        started();
        yield* suspend();
      }) ?? suspend();
    });
    expect(error).toMatchObject({ code: "E_NOT_STARTED" });
  });

  test("waits for started() and gives its value, while the child goes on", function* ({ clock }) {
    const seen = yield* openNursery(function* (nursery) {
      const port = yield* nursery.start<number>(function* (started) {
        yield* sleep(3);
        started(8080);
        yield* sleep(5);
      });
      return { port, at: clock.now() };
    });
    expect([seen, clock.now()]).toEqual([{ port: 8080, at: 3 }, 8]);
  });

  test("gives the first value when started() is called again", function* () {
    const value = yield* openNursery(function* (nursery) {
      return yield* nursery.start<string>(function* (started) {
        started("first");
        started("second");
        yield* sleep(1);
        started("third");
      });
    });
    expect(value).toBe("first");
  });

  test("works from a child of a child, whose turn comes after that of what it starts", function* ({ clock }) {
    const log: string[] = [];
    yield* openNursery(function* (nursery) {
      nursery.startSoon(function* () {
        yield* yield* spawn(function* () {
          yield* sleep(1);
          log.push(yield* nursery.start<string>((started) => reportAtOnce(started, "ready")));
          log.push(String(yield* thrownBy(() => nursery.start(failsAtOnce))));
        });
      });
    });
    expect([log, clock.now()]).toEqual([["ready", "Error: at once"], 1]);
  });

  test("throws what the child throws before started(), and the nursery lives on", function* () {
    const caught = yield* openNursery(function* (nursery) {
      return yield* thrownBy(() => nursery.start(() => failsAfter(3, "cannot bind")));
    });
    expect(caught).toEqual(new Error("cannot bind"));
  });

  test("leaves an error after started() to the nursery", function* () {
    const error = yield* thrownBy(() =>
      openNursery(function* (nursery) {
        yield* nursery.start<void>(function* (started) {
          started();
          yield* failsAfter(3, "later");
        });
        yield* suspend();
      }),
    );
    expect(messages(error)).toEqual(["later"]);
  });

  test("throws when the child ends without calling started()", function* () {
    const caught = yield* openNursery(function* (nursery) {
      return yield* thrownBy(() => nursery.start(() => sleep(1), { name: "server" }));
    });
    expect(caught).toMatchObject({ code: "E_NOT_STARTED", message: expect.stringContaining('"server"') });
  });

  test("halts the child when the wait for it is given up", function* ({ clock }) {
    const log: string[] = [];
    yield* openNursery(function* (nursery) {
      const outcome = yield* moveOnAfter(5, () => nursery.start(() => cleansUp(log, "halted")));
      expect(outcome.cancelledCaught).toBe(true);
      yield* sleep(1);
      expect([log, nursery.children]).toEqual([["halted"], ["body"]]);
    });
    expect(clock.now()).toBe(6);
  });
});

function* note(log: string[], afterMs: number, text: string): Operation<void> {
  yield* sleep(afterMs);
  log.push(text);
}

function* failsAfter(ms: number, message: string): Operation<void> {
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

function* reportAtOnce<T>(started: (value: T) => void, value: T): Operation<void> {
  started(value);
}

function* failsAtOnce(): Operation<never> {
  throw new Error("at once");
}

function* failsInCleanup(message: string): Operation<void> {
  let done = false;
  try {
    yield* suspend();
    done = true;
  } finally {
    failUnless(done, message);
  }
}

function failUnless(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

function messages(error: unknown): readonly string[] {
  return error instanceof AggregateError ? error.errors.map((each) => String(each.message)) : [String(error)];
}
