import { scoped, sleep, spawn, suspend } from "effection";
import {
  channelReceiveLoop,
  forgetHealthAtEnd,
  Monitor,
  MonitorContext,
  openMemoryChannel,
  openNursery,
  periodicLoop,
  reportLoop,
  useHealth,
  useMonitor,
  watchChannel,
  watchList,
} from "../../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../../testlib/index.ts";

describe("without a monitor", () => {
  test("loops run without a report, and health is forgotten", function* () {
    const reports: unknown[] = [];
    yield* reportLoop("acme.poll", function* (report) {
      reports.push(report);
    });
    (yield* useHealth()).degraded("acme", "It is closed.");
    yield* watchChannel("events", openMemoryChannel(0)[0]);
    yield* watchList("runs", () => []);
    expect([reports, yield* useMonitor()]).toEqual([[undefined], undefined]);
  });
});

describe("with a monitor", () => {
  test("a loop is listed where it runs, as long as it runs", function* () {
    const monitor = yield* MonitorContext.set(new Monitor());
    const places: unknown[] = [];
    const note = () =>
      reportLoop("a loop", function* (report) {
        places.push(report?.path);
      });
    yield* note();
    yield* openNursery(function* (nursery) {
      nursery.startSoon(note(), { name: "outer" });
      yield* nursery.start(
        function* (started) {
          yield* openNursery(function* (inner) {
            inner.startSoon(note(), { name: "inner" });
            yield* note();
          });
          started(undefined);
        },
        { name: "second" },
      );
    });
    expect(places).toEqual([[], ["outer"], ["second"], ["second", "inner"]]);
    expect(monitor.loops.every(({ endedAtMs }) => endedAtMs !== undefined)).toBe(true);
  });

  test.each(["fails", "is halted"])("a loop that %s has ended", function* (how) {
    const monitor = yield* MonitorContext.set(new Monitor());
    const task = yield* spawn(() =>
      scoped(function* () {
        const error = yield* thrownBy(() =>
          reportLoop("a loop", function* () {
            if (how === "fails") throw new Error("no");
            yield* suspend();
          }),
        );
        expect(error).toMatchObject({ message: "no" });
      }),
    );
    yield* sleep(0);
    if (how === "is halted") yield* task.halt();
    else yield* task;
    expect(monitor.loops.map(({ endedAtMs }) => endedAtMs === undefined)).toEqual([false]);
  });

  test("health is the monitor's", function* () {
    const monitor = yield* MonitorContext.set(new Monitor());
    (yield* useHealth()).degraded("acme", "It is closed.");
    expect(monitor.health.reasons).toMatchObject([{ subject: "acme", reason: "It is closed." }]);
  });

  test("what is wrong is forgotten with the scope that says so, and nothing else is", function* () {
    const monitor = yield* MonitorContext.set(new Monitor());
    (yield* useHealth()).degraded("store", "The disk is full.");
    yield* scoped(function* () {
      yield* forgetHealthAtEnd();
      const health = yield* useHealth();
      health.degraded("acme", "It is closed.");
      health.degraded("key", "It is refused.");
      health.ok("key");
      (yield* MonitorContext.expect()).health.degraded("key", "Said by somebody else.");
      expect(monitor.health.reasons.map(({ subject }) => subject)).toEqual(["store", "acme", "key"]);
    });
    expect(monitor.health.reasons.map(({ subject }) => subject)).toEqual(["store", "key"]);
  });

  test("a channel is watched as long as the scope", function* () {
    const monitor = yield* MonitorContext.set(new Monitor());
    const [send] = openMemoryChannel<number>(3);
    yield* scoped(function* () {
      yield* watchChannel("numbers", send);
      send.sendNowait(7);
      expect(monitor.channels.map(({ name, statistics }) => [name, statistics().bufferUsed])).toEqual([["numbers", 1]]);
    });
    expect(monitor.channels).toEqual([]);
  });
});

test("a list of what is watched is shown as long as the scope", function* () {
  const monitor = yield* MonitorContext.set(new Monitor());
  const runs = [{ name: "run 1", state: "RUNNING" }];
  yield* scoped(function* () {
    yield* watchList("runs", () => runs);
    runs.push({ name: "run 2", state: "PENDING" });
    expect(monitor.lists.map(({ name, items }) => [name, ...items()])).toEqual([["runs", ...runs]]);
  });
  expect(monitor.lists).toEqual([]);
});

describe("what loops tell", () => {
  test("a periodic loop: its period, each tick, and when the next one is due", function* ({ clock }) {
    const monitor = yield* MonitorContext.set(new Monitor());
    const [outbound] = openMemoryChannel<never>(0);
    let ticks = 0;
    const task = {
      name: "acme.poll",
      outbound,
      *execute() {
        yield* sleep(20);
        if (++ticks === 2) throw new Error("busy");
      },
    };
    yield* spawn(() => periodicLoop(task, { periodMs: 1_000 }));
    yield* clock.advance(10);
    expect(monitor.loops[0]).toMatchObject({ name: "acme.poll", periodMs: 1_000, runningSinceMs: 0 });
    yield* clock.advance(500);
    expect(monitor.loops[0]).toMatchObject({
      runningSinceMs: undefined,
      lastSuccessAtMs: 20,
      nextAtMs: 1_000,
      coveredUntilEpochMs: 0,
    });
    yield* clock.advance(1_000);
    expect(monitor.loops[0]).toMatchObject({
      successes: 1,
      failures: 1,
      lastFailure: { atMs: 1_020, message: "busy" },
      lastSuccessAtMs: 20,
      coveredUntilEpochMs: 0,
      nextAtMs: 2_000,
    });
  });

  test("a periodic loop: a period that its task has changed; nothing is covered by one that sends nothing", function* ({
    clock,
  }) {
    const monitor = yield* MonitorContext.set(new Monitor());
    const task = {
      name: "acme.poll",
      *execute({ updateLoopPeriod }: { updateLoopPeriod(seconds: number): void }) {
        updateLoopPeriod(3);
      },
    };
    yield* spawn(() => periodicLoop(task, { periodMs: 1_000 }));
    yield* clock.advance(10);
    expect(monitor.loops[0]).toMatchObject({ periodMs: 3_000, successes: 2, coveredUntilEpochMs: undefined });
  });

  test.each([
    ["one at a time", {}],
    ["several at a time", { concurrency: 4 }],
    ["each in a scope of its own", { isolated: true }],
  ] as const)("a channel loop, %s: each item that went well or did not", function* ([, options]) {
    const monitor = yield* MonitorContext.set(new Monitor());
    const [send, receive] = openMemoryChannel<number>(10);
    for (const item of [1, 2, 3, 4, 5]) send.sendNowait(item);
    send.close();
    const task = {
      name: "acme.forward",
      *execute(item: number) {
        if (item === 2) throw new Error("item 2");
      },
    };
    yield* channelReceiveLoop(task, receive, options);
    const [loop] = monitor.loops;
    expect(loop).toMatchObject({ successes: 4, failures: 1, failuresInARow: 0, lastFailure: { message: "item 2" } });
    expect(loop?.endedAtMs).toBeDefined();
  });
});
