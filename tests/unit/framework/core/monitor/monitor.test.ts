import { Monitor, openMemoryChannel } from "../../../../../framework/core/index.ts";
import { describe, expect, test } from "../../../../../testlib/index.ts";

describe("a monitor", () => {
  test("lists the loops that run, then those that have ended", function* ({ clock }) {
    const monitor = new Monitor();
    const first = monitor.openLoop("first", []);
    monitor.openLoop("second", ["a", "b"]);
    yield* clock.advance(10);
    first.started();
    monitor.endLoop(first);
    expect(monitor.loops.map(({ name, path, endedAtMs }) => [name, path, endedAtMs])).toEqual([
      ["second", ["a", "b"], undefined],
      ["first", [], 10],
    ]);
    expect(first.runningSinceMs).toBeUndefined();
  });

  test("adds up the loops of one name, also those it does not list any more", function* () {
    const monitor = new Monitor();
    for (let i = 0; i < 100; i++) {
      const report = monitor.openLoop("watch a run", []);
      report.succeeded();
      report.failed("no");
      for (let opened = 0; opened < 3; opened++) report.connected();
      monitor.endLoop(report);
    }
    monitor.openLoop("watch a run", []).succeeded();
    expect(monitor.loops).toHaveLength(21);
    expect([...monitor.counts()]).toEqual([
      ["watch a run", { successes: 101, failures: 100, reconnects: 200, isPeriodic: false }],
    ]);
  });

  test("stays small though every loop has another name", function* () {
    const monitor = new Monitor();
    for (let i = 0; i < 1_000; i++) monitor.endLoop(monitor.openLoop(`watch run ${i}`, []));
    expect([monitor.loops.length, monitor.counts().size]).toEqual([20, 220]);
  });

  test("lists channels as long as they are watched", function* () {
    const monitor = new Monitor();
    const [send] = openMemoryChannel<number>(5);
    const forget = monitor.watchChannel({ name: "numbers", statistics: () => send.statistics() });
    send.sendNowait(1);
    expect(monitor.channels.map(({ name, statistics }) => [name, statistics().bufferUsed])).toEqual([["numbers", 1]]);
    forget();
    expect(monitor.channels).toEqual([]);
  });
});

describe("health", () => {
  test("is what was said last of each subject, since it went wrong", function* ({ clock }) {
    const { health } = new Monitor();
    health.degraded("databricks", "The token is refused (401).");
    yield* clock.advance(10);
    health.degraded("store", "The disk is full.");
    health.degraded("databricks", "The token is refused (403).");
    expect(health.reasons).toEqual([
      { subject: "databricks", reason: "The token is refused (403).", sinceMs: 0 },
      { subject: "store", reason: "The disk is full.", sinceMs: 10 },
    ]);
    health.ok("databricks");
    health.ok("never degraded");
    expect(health.reasons.map(({ subject }) => subject)).toEqual(["store"]);
  });

  test("stays small though every subject is another", function* () {
    const { health } = new Monitor();
    for (let i = 0; i < 1_000; i++) health.degraded(`run ${i}`, "It failed.");
    expect(health.reasons).toHaveLength(100);
    health.degraded("run 3", "It failed again.");
    expect(health.reasons[3]?.reason).toBe("It failed again.");
  });
});

describe("the trail of events", () => {
  test("has the latest answers, newest first", function* ({ clock }) {
    const { trail } = new Monitor();
    expect(trail.latest()).toEqual([]);
    yield* clock.advance(10);
    trail.note("run-status", "orders/1", "retry", undefined);
    trail.note("run-status", "orders/1", "delivered", 204);
    expect(trail.latest()).toEqual([
      { number: 2, atMs: 10, type: "run-status", lane: "orders/1", fate: "delivered", status: 204 },
      { number: 1, atMs: 10, type: "run-status", lane: "orders/1", fate: "retry", status: undefined },
    ]);
  });

  test("keeps fifty, in copies that stay as they are", function* () {
    const { trail } = new Monitor();
    for (let i = 1; i <= 50; i++) trail.note("run-status", `lane ${i}`, "delivered", 204);
    const before = trail.latest();
    for (let i = 51; i <= 130; i++) trail.note("run-status", `lane ${i}`, "delivered", 204);
    expect(before.map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, i) => 50 - i));
    expect(trail.latest().map(({ lane }) => lane)).toEqual(Array.from({ length: 50 }, (_, i) => `lane ${130 - i}`));
    expect(trail.noted).toBe(130);
  });
});
