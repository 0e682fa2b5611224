import { ensure, type Operation, run, sleep, spawn, suspend } from "effection";
import { eventLoopTurn } from "../../../../../framework/core/checkpoint.ts";
import {
  BrokenResourceError,
  ClosedResourceError,
  openMemoryChannel,
  type PeriodicTask,
  periodicLoop,
  Shutdown,
  ShutdownContext,
  type Tick,
} from "../../../../../framework/core/index.ts";
import { afterEach, captureLog, describe, expect, test, thrownBy, vi } from "../../../../../testlib/index.ts";
import { AgentError, UnrecoverableError } from "../../../../../toolkit/errors.ts";
import { setWallClock } from "./wall-clock.ts";

const HOUR_MS = 3_600_000;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a tick that takes long", () => {
  test.each([
    [1_000, 60],
    [100_000, 300],
  ] as const)("is in the log once, at a period of %d ms after %d s", function* ([periodMs, seconds], { clock }) {
    const captured = yield* captureLog();
    const loop = yield* spawn(() => periodicLoop(taskOf(suspend), { periodMs }));
    yield* clock.advance(seconds * 1_000 - 1);
    expect(captured.lines).toEqual([]);
    yield* clock.advance(HOUR_MS);
    expect(captured.lines).toEqual([
      expect.objectContaining({ level: "warn", seconds, msg: expect.stringContaining("has not ended its work") }),
    ]);
    yield* loop.halt();
    expect(clock.describeTimers()).toBe("");
  });

  test("is told from many that together do", function* ({ clock }) {
    const captured = yield* captureLog();
    yield* spawn(() =>
      periodicLoop(
        taskOf(() => sleep(59_000)),
        { periodMs: 1_000 },
      ),
    );
    yield* clock.advance(HOUR_MS);
    expect(captured.lines).toEqual([]);
  });
});

describe("the pace of a periodic loop", () => {
  test("is a tick at once and then one a period", function* ({ clock }) {
    const task = noting();
    yield* spawn(() => periodicLoop(task, { periodMs: 1_000 }));
    yield* clock.advance(3_000);
    expect(task.windows).toEqual([
      [0, 0],
      [0, 1_000],
      [1_000, 2_000],
      [2_000, 3_000],
    ]);
  });

  test("counts from start to start, whatever a tick takes, and does not drift in a day", function* ({ clock }) {
    const starts: number[] = [];
    const task = taskOf(function* ({ now }) {
      starts.push(now);
      yield* sleep(1 + (starts.length % 700));
    });
    yield* spawn(() => periodicLoop(task, { periodMs: 60_000 }));
    yield* clock.advance(24 * HOUR_MS);
    expect(starts).toEqual(Array.from({ length: 24 * 60 + 1 }, (_, i) => i * 60_000));
  });

  test("does not drift when the period is no whole number of milliseconds", function* ({ clock }) {
    const task = noting();
    yield* spawn(() => periodicLoop(task, { periodMs: 1_000 / 3 }));
    yield* clock.advance(60_010);
    const offBy = task.windows.map(([, now], tick) => now - (tick * 1_000) / 3);
    expect(offBy.length).toBe(181);
    expect(offBy.every((ms) => ms > -0.001 && ms <= 1)).toBe(true); // A timer fires at whole milliseconds.
  });

  test("never has two ticks at a time, and drops those that a long one missed", function* ({ clock }) {
    const log: string[] = [];
    const task = taskOf(function* () {
      const startedAt = clock.now();
      yield* sleep(startedAt === 1_000 ? 2_500 : 10);
      log.push(`${startedAt} to ${clock.now()}`);
    });
    yield* spawn(() => periodicLoop(task, { periodMs: 1_000 }));
    yield* clock.advance(5_999);
    expect(log).toEqual(["0 to 10", "1000 to 3500", "4000 to 4010", "5000 to 5010"]);
  });

  test("goes straight on after a tick that took exactly one period", function* ({ clock }) {
    const starts: number[] = [];
    const task = taskOf(function* ({ now }) {
      starts.push(now);
      yield* sleep(1_000);
    });
    yield* spawn(() => periodicLoop(task, { periodMs: 1_000 }));
    yield* clock.advance(3_000);
    expect(starts).toEqual([0, 1_000, 2_000, 3_000]);
  });

  test("lets timers and sockets have their turn, even when a tick takes longer than a period", function* () {
    let ticks = 0;
    const task = taskOf(function* () {
      ticks++;
      const until = performance.now() + 3;
      while (performance.now() < until);
    });
    const loop = yield* spawn(() => periodicLoop(task, { periodMs: 1 }));
    let turns = 0;
    for (; ticks < 3; turns++) yield* eventLoopTurn(); // Would never come back.
    yield* loop.halt();
    expect(turns).toBeGreaterThan(0);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("cannot be a period of %s ms", function* (periodMs) {
    const [send, receive] = openMemoryChannel<never>(1);
    const error = yield* thrownBy(() => periodicLoop({ ...noting(), outbound: send }, { periodMs }));
    expect(error).toMatchObject({ code: "E_PERIOD", message: expect.stringContaining("The period of acme.poll is") });
    expect(receive.statistics().openSenders).toBe(0);
  });
});

describe("a tick that fails", () => {
  test("leaves its window to the next", function* ({ clock }) {
    const task = noting((tick) => tick === 2);
    yield* spawn(() => periodicLoop(task, { periodMs: 1_000 }));
    yield* clock.advance(3_000);
    expect(task.windows).toEqual([
      [0, 0],
      [0, 1_000],
      [0, 2_000],
      [2_000, 3_000],
    ]);
  });

  test("again and again is tried ever more slowly, up to a minute, and at the old pace once it works", function* ({
    clock,
  }) {
    const task = noting((tick) => tick <= 9);
    yield* spawn(() => periodicLoop(task, { periodMs: 1_000 }));
    yield* clock.advance(245_000);
    const starts = task.windows.map(([, now]) => now / 1_000);
    expect(starts).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 244, 245]);
  });

  test("is logged, as is the recovery", function* ({ clock }) {
    const captured = yield* captureLog();
    yield* spawn(() =>
      periodicLoop(
        noting((tick) => tick < 3),
        { periodMs: 1_000 },
      ),
    );
    yield* clock.advance(4_000);
    expect(captured.lines.map(({ level, task, failures, msg }) => [level, task, failures, msg])).toEqual([
      ["warn", "acme.poll", 1, "The task failed; it is tried again."],
      ["warn", "acme.poll", 2, "The task failed; it is tried again."],
      ["info", "acme.poll", 2, "The task works again."],
    ]);
  });

  test("fails too when a task that it spawned does", function* ({ clock }) {
    const log: string[] = [];
    const task = taskOf(function* ({ previous, now }) {
      log.push(`${previous}-${now}`);
      if (log.length > 1) return;
      yield* spawn(function* () {
        yield* sleep(10);
        throw new AgentError("E_TEST", "spawned");
      });
      yield* suspend();
    });
    yield* spawn(() => periodicLoop(task, { periodMs: 1_000 }));
    yield* clock.advance(2_000);
    expect(log).toEqual(["0-0", "0-1000", "1000-2000"]);
  });

  test("is over when all that it opened is closed", function* ({ clock }) {
    const log: string[] = [];
    const task = taskOf(function* ({ now }) {
      yield* ensure(function* () {
        yield* sleep(1_500);
        log.push(`closed at ${clock.now()}`);
      });
      log.push(`tick at ${now}`);
      throw new AgentError("E_TEST", "tick");
    });
    yield* spawn(() => periodicLoop(task, { periodMs: 1_000 }));
    yield* clock.advance(3_999);
    expect(log).toEqual(["tick at 0", "closed at 1500", "tick at 2000", "closed at 3500"]);
  });

  test("unrecoverably ends the loop, closing its channel", function* ({ clock }) {
    const [send, receive] = openMemoryChannel<never>(1);
    const unauthorized = new UnrecoverableError("E_UNAUTHORIZED", "The key was refused.");
    const task = { ...noting((tick) => tick === 3 && unauthorized), outbound: send };
    const error = yield* thrownBy(() => periodicLoop(task, { periodMs: 1_000 }));
    expect(error).toBe(unauthorized);
    expect([clock.now(), receive.statistics().openSenders]).toEqual([2_000, 0]);
  });

  test("unrecoverably among other errors ends the loop with all of them", function* () {
    const errors = new AggregateError([new Error("other"), new UnrecoverableError("E_UNAUTHORIZED", "Refused.")]);
    const error = yield* thrownBy(() =>
      periodicLoop(
        noting(() => errors),
        { periodMs: 1_000 },
      ),
    );
    expect(error).toBe(errors);
  });

  test("for want of anybody to send to ends the loop", function* ({ clock: _ }) {
    const [send, receive] = openMemoryChannel<number>(10);
    receive.close();
    const task: PeriodicTask<number> = {
      name: "acme.poll",
      outbound: send,
      *execute({ now }, context) {
        yield* context.send(now);
      },
    };
    expect(yield* thrownBy(() => periodicLoop(task, { periodMs: 1_000 }))).toBeInstanceOf(BrokenResourceError);
  });

  test("for want of an open end to send through ends the loop: another task has closed it", function* ({ clock: _ }) {
    const [send] = openMemoryChannel<string>(10);
    const task: PeriodicTask<string> = {
      name: "acme.poll",
      outbound: send,
      *execute(_tick, context) {
        yield* context.send("a");
        send.close();
      },
    };
    const error = yield* thrownBy(() => periodicLoop(task, { periodMs: 1_000 }));
    expect(error).toBeInstanceOf(ClosedResourceError);
  });

  test("for want of a receiver elsewhere is an ordinary one", function* ({ clock }) {
    const task = noting((tick) => tick === 1 && new BrokenResourceError());
    yield* spawn(() => periodicLoop(task, { periodMs: 1_000 }));
    yield* clock.advance(1_000);
    expect(task.windows.length).toBe(2);
  });
});

describe("finish()", () => {
  test("makes the running tick the last one; it is run to its end", function* ({ clock }) {
    const log: string[] = [];
    yield* periodicLoop(
      taskOf(function* ({ now, finish }) {
        if (now === 2_000) finish();
        yield* sleep(10);
        log.push(`done at ${clock.now()}`);
      }),
      { periodMs: 1_000 },
    );
    expect(log).toEqual(["done at 10", "done at 1010", "done at 2010"]);
  });

  test("is forgotten when the tick fails, so that nothing is left undone", function* ({ clock }) {
    const windows: [number, number][] = [];
    yield* periodicLoop(
      taskOf(function* ({ previous, now, finish }) {
        finish();
        windows.push([previous, now]);
        if (windows.length === 1) throw new AgentError("E_TEST", "first");
      }),
      { periodMs: 1_000 },
    );
    expect([windows, clock.now()]).toEqual([
      [
        [0, 0],
        [0, 1_000],
      ],
      1_000,
    ]);
  });
});

describe("updateLoopPeriod()", () => {
  /** Ticks for 2 s each; tick n asks for the n-th period, in seconds. */
  function* startsWith(periods: readonly (number | undefined)[], runMs: number, periodMs = 5_000): Operation<number[]> {
    const starts: number[] = [];
    const task = taskOf(function* (tick) {
      const period = periods[starts.length];
      starts.push(tick.now / 1_000);
      yield* sleep(2_000);
      if (period !== undefined) tick.updateLoopPeriod(period);
    });
    const loop = yield* spawn(() => periodicLoop(task, { periodMs }));
    yield* sleep(runMs);
    yield* loop.halt();
    return starts;
  }

  test("is followed by a tick at once, and then by ticks at the new period", function* ({ clock }) {
    expect(yield* startsWith([undefined, 10], 37_500)).toEqual([0, 5, 7, 17, 27, 37]);
    expect(clock.now()).toBe(37_500);
  });

  test("changes nothing when the period is the same", function* ({ clock }) {
    expect(yield* startsWith([5, 5, 5], 15_500)).toEqual([0, 5, 10, 15]);
    expect(clock.now()).toBe(15_500);
  });

  test("may make the period shorter than a tick", function* ({ clock }) {
    expect(yield* startsWith([1], 9_500)).toEqual([0, 2, 4, 6, 8]);
    expect(clock.now()).toBe(9_500);
  });

  test("does not let the task run without a pause when it changes the period each time", function* ({ clock }) {
    const everChanging = [10, 20, 10, 20, 10, 20];
    expect(yield* startsWith(everChanging, 59_000)).toEqual([0, 2, 22, 24, 44, 46]);
    expect(clock.now()).toBe(59_000);
  });

  test("is forgotten when the tick fails", function* ({ clock }) {
    const task = taskOf(function* (tick) {
      yield* sleep(0);
      if (tick.now === 0) {
        tick.updateLoopPeriod(60);
        throw new AgentError("E_TEST", "tick");
      }
    });
    const starts = watch(task);
    yield* spawn(() => periodicLoop(task, { periodMs: 1_000 }));
    yield* clock.advance(2_500);
    expect(starts).toEqual([0, 1_000, 2_000]);
  });

  test.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY])("takes no period of %s s", function* (seconds, { clock }) {
    const errors: unknown[] = [];
    const task = taskOf(function* ({ updateLoopPeriod }) {
      try {
        updateLoopPeriod(seconds);
      } catch (error) {
        errors.push(error);
      }
    });
    yield* spawn(() => periodicLoop(task, { periodMs: 1_000 }));
    yield* clock.advance(1_000);
    const message = `The period of acme.poll is ${seconds} s; it must be more than 0 and finite.`;
    expect(errors).toEqual([
      expect.objectContaining({ code: "E_PERIOD", message }),
      expect.objectContaining({ code: "E_PERIOD", message }),
    ]);
  });
});

describe("the end from outside", () => {
  test("is a halt that passes through tick and loop, with the cleanup awaited", function* ({ clock }) {
    const log: string[] = [];
    const task = taskOf(function* () {
      yield* ensure(() => sleep(20));
      try {
        yield* suspend();
      } finally {
        log.push("tick");
      }
    });
    const loop = run(() => periodicLoop(task, { periodMs: 1_000 }));
    yield* sleep(5);
    yield* loop.halt();
    expect([log, clock.now()]).toEqual([["tick"], 25]);
  });

  test("is a halt between two ticks, which leaves no timer behind", function* ({ clock }) {
    const task = noting();
    const loop = run(() => periodicLoop(task, { periodMs: 1_000 }));
    yield* clock.advance(1_500);
    yield* loop.halt();
    expect([task.windows.length, clock.describeTimers()]).toEqual([2, ""]);
  });

  test.each(["sleeping", "working"] as const)(
    "is a shutdown while it is %s; the channel is closed",
    function* (state, { clock }) {
      const shutdown = yield* ShutdownContext.set(new Shutdown());
      const [send, receive] = openMemoryChannel<never>(1);
      const task = taskOf(state === "working" ? suspend : () => sleep(0));
      const loop = yield* spawn(() => periodicLoop({ ...task, outbound: send }, { periodMs: 1_000 }));
      yield* clock.advance(500);
      shutdown.request();
      yield* loop;
      expect([clock.now(), receive.statistics().openSenders]).toEqual([500, 0]);
    },
  );

  test("is a shutdown before it has begun: it never ticks", function* () {
    const shutdown = yield* ShutdownContext.set(new Shutdown());
    shutdown.request();
    const task = noting();
    yield* periodicLoop(task, { periodMs: 1_000 });
    expect(task.windows).toEqual([]);
  });

  test.each(["tick", "cleanup"] as const)(
    "is a shutdown during a failing %s: that is logged, and the loop ends well",
    function* (failing, { clock }) {
      const captured = yield* captureLog();
      const shutdown = yield* ShutdownContext.set(new Shutdown());
      const task = taskOf(function* () {
        yield* ensure(() => sleep(30));
        try {
          if (failing === "cleanup") yield* suspend();
        } finally {
          failNow(failing);
        }
      });
      const loop = yield* spawn(() => periodicLoop(task, { periodMs: 1_000 }));
      yield* sleep(10);
      shutdown.request();
      yield* loop;
      expect(captured.lines).toEqual([
        expect.objectContaining({
          level: "warn",
          task: "acme.poll",
          msg: "The task failed while it was being stopped.",
          err: expect.objectContaining({ message: failing }),
        }),
      ]);
      expect(clock.now()).toBe(failing === "tick" ? 30 : 40);
    },
  );

  test("is a shutdown during a tick that fails unrecoverably: the loop ends with that", function* ({ clock }) {
    const shutdown = yield* ShutdownContext.set(new Shutdown());
    const unauthorized = new UnrecoverableError("E_UNAUTHORIZED", "The key was refused.");
    const task = taskOf(function* () {
      yield* ensure(() => sleep(30));
      throw unauthorized;
    });
    const loop = yield* spawn(() => thrownBy(() => periodicLoop(task, { periodMs: 1_000 })));
    yield* sleep(10);
    shutdown.request();
    expect([yield* loop, clock.now()]).toEqual([unauthorized, 30]);
  });
});

describe("when somebody sets the clock, a periodic loop", () => {
  test("keeps its pace, and leaves no gap", function* ({ clock }) {
    const task = noting();
    const startedAt = watch(task, () => clock.now());
    yield* spawn(() => periodicLoop(task, { periodMs: 1_000 }));
    yield* clock.advance(1_500);
    setWallClock({ aheadMs: HOUR_MS });
    yield* clock.advance(2_000);
    setWallClock({ aheadMs: 0 });
    yield* clock.advance(1_000);
    setWallClock({ aheadMs: -HOUR_MS });
    yield* clock.advance(1_000);
    expect(startedAt).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000]);
    expect(task.windows).toEqual([
      [0, 0],
      [0, 1_000],
      [1_000, HOUR_MS + 2_000],
      [HOUR_MS + 2_000, HOUR_MS + 3_000],
      [1_000, 4_000],
      [4_000 - HOUR_MS, 5_000 - HOUR_MS],
    ]);
  });
});

interface NotingTask {
  readonly name: string;
  readonly windows: [previous: number, now: number][];
  execute(tick: Tick): Operation<void>;
}

/** Notes the window of each tick, then fails where `fails` says so, with its error if it gives one. */
function noting(fails: (tick: number) => unknown = () => false): NotingTask {
  const windows: [number, number][] = [];
  return {
    name: "acme.poll",
    windows,
    *execute({ previous, now }) {
      windows.push([previous, now]);
      const error = fails(windows.length);
      if (error) throw error === true ? new AgentError("E_TEST", `tick ${windows.length}`) : error;
    },
  };
}

function taskOf(execute: (tick: Tick) => Operation<void>) {
  return { name: "acme.poll", execute };
}

/** The start of each tick, ms. */
function watch(task: { execute(tick: Tick): Operation<void> }, now = (): number => Date.now()): number[] {
  const starts: number[] = [];
  const { execute } = task;
  task.execute = (tick) => {
    starts.push(now());
    return execute(tick);
  };
  return starts;
}

function failNow(message: string): never {
  throw new Error(message);
}
