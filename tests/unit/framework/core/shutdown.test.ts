import { ensure, type Operation, sleep, spawn, suspend } from "effection";
import { Shutdown, ShutdownContext, untilShutdown, useShutdown } from "../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";

describe("a shutdown", () => {
  test("calls each listener once, however often it is requested", function* () {
    const shutdown = new Shutdown();
    const calls: string[] = [];
    shutdown.onRequest(() => calls.push("a"));
    shutdown.onRequest(() => calls.push("b"));
    expect(shutdown.requested).toBe(false);
    shutdown.request();
    shutdown.request();
    expect([shutdown.requested, calls]).toEqual([true, ["a", "b"]]);
  });

  test("calls each listener once, also when one of them requests it again", function* () {
    const shutdown = new Shutdown();
    const calls: string[] = [];
    shutdown.onRequest(() => {
      calls.push("a");
      shutdown.request();
    });
    shutdown.onRequest(() => calls.push("b"));
    shutdown.request();
    expect(calls).toEqual(["a", "b"]);
  });

  test("says whether the agent starts again at once, as the first request did", function* () {
    const [reload, stop] = [new Shutdown(), new Shutdown()];
    expect(reload.isReload).toBe(false);
    reload.request({ isReload: true });
    reload.request();
    stop.request();
    stop.request({ isReload: true });
    expect([reload.isReload, stop.isReload]).toEqual([true, false]);
  });

  test("calls at once whoever listens too late", function* () {
    const shutdown = new Shutdown();
    shutdown.request();
    let calls = 0;
    const forget = shutdown.onRequest(() => calls++);
    forget();
    expect(calls).toBe(1);
  });

  test("forgets a listener that was taken off, also by another listener", function* () {
    const shutdown = new Shutdown();
    const calls: string[] = [];
    const forgetFirst = shutdown.onRequest(() => calls.push("first"));
    shutdown.onRequest(() => forgetLast());
    const forgetLast = shutdown.onRequest(() => calls.push("last"));
    forgetFirst();
    shutdown.request();
    expect(calls).toEqual([]);
  });

  test("is the run's, or one that nobody requests", function* () {
    expect((yield* useShutdown()).requested).toBe(false);
    const shutdown = yield* ShutdownContext.set(new Shutdown());
    expect(yield* useShutdown()).toBe(shutdown);
  });
});

describe("untilShutdown", () => {
  test("halts its body once shutdown is requested, waits for the cleanup, and returns", function* ({ clock }) {
    const shutdown = yield* ShutdownContext.set(new Shutdown());
    yield* spawn(function* () {
      yield* sleep(10);
      shutdown.request();
    });
    yield* untilShutdown(function* () {
      yield* ensure(() => sleep(5));
      yield* suspend();
    });
    expect(clock.now()).toBe(15);
  });

  test("does not begin what comes after the request", function* () {
    const shutdown = yield* ShutdownContext.set(new Shutdown());
    shutdown.request();
    let began = false;
    yield* untilShutdown(function* () {
      began = true;
    });
    expect(began).toBe(false);
  });

  test("returns with its body, throws with it, and leaves no listener behind", function* ({ clock: _ }) {
    const shutdown = new CountingShutdown();
    yield* ShutdownContext.set(shutdown);
    yield* untilShutdown(() => sleep(1));
    expect(yield* thrownBy(() => untilShutdown(fails))).toEqual(new Error("body"));
    const task = yield* spawn(() => untilShutdown(suspend));
    yield* sleep(1);
    expect(shutdown.listeners).toBe(1);
    yield* task.halt();
    expect(shutdown.listeners).toBe(0);
  });
});

class CountingShutdown extends Shutdown {
  listeners = 0;

  override onRequest(listener: () => void): () => void {
    this.listeners++;
    const forget = super.onRequest(listener);
    return () => {
      this.listeners--;
      forget();
    };
  }
}

function* fails(): Operation<void> {
  yield* sleep(1);
  throw new Error("body");
}
