import { Monitor } from "../../../../../framework/core/index.ts";
import { describe, expect, test } from "../../../../../testlib/index.ts";
import { AgentError } from "../../../../../toolkit/errors.ts";

const open = () => new Monitor().openLoop("acme.poll", ["source"]);

describe("the report of a periodic loop", () => {
  test("knows since when it runs, and when it last succeeded", function* ({ clock }) {
    const report = open();
    report.every(5_000);
    yield* clock.advance(100);
    report.started();
    expect([report.runningSinceMs, report.lastSuccessAtMs]).toEqual([100, undefined]);
    yield* clock.advance(30);
    report.succeeded();
    report.nextAt(5_100);
    expect(report).toMatchObject({
      startedAtMs: 0,
      runningSinceMs: undefined,
      lastSuccessAtMs: 130,
      nextAtMs: 5_100,
      successes: 1,
    });
    report.started();
    expect(report.nextAtMs).toBeUndefined();
  });

  test("knows its last error, and since when it has failed in a row", function* ({ clock }) {
    const report = open();
    for (const atMs of [100, 200, 300]) {
      yield* clock.advance(100);
      report.started();
      report.failed(new AgentError("E_HTTP_STATUS", `The tool answered 503 at ${atMs}.`));
    }
    expect(report).toMatchObject({ failures: 3, failuresInARow: 3, failingSinceMs: 100, runningSinceMs: undefined });
    expect(report.lastFailure).toEqual({ atMs: 300, code: "E_HTTP_STATUS", message: "The tool answered 503 at 300." });
    report.succeeded();
    yield* clock.advance(100);
    report.failed("odd");
    expect(report).toMatchObject({ failures: 4, failuresInARow: 1, failingSinceMs: 400 });
    expect(report.lastFailure).toEqual({ atMs: 400, code: undefined, message: "odd" });
  });

  test("names all errors of several, and keeps no more of them than can be of use", function* () {
    const report = open();
    report.failed(new AggregateError([new AgentError("E_A", "one"), new Error("two")]));
    expect(report.lastFailure).toMatchObject({ code: "E_A", message: "one; two" });
    report.failed(new Error("x".repeat(10_000)));
    expect(report.lastFailure?.message).toHaveLength(4_000);
  });
});

describe("the report of a loop that only counts", () => {
  test("dates successes when somebody looks", function* ({ clock }) {
    const monitor = new Monitor();
    const report = monitor.openLoop("acme.forward", []);
    yield* clock.advance(10);
    report.succeeded();
    report.succeeded();
    expect([report.successes, report.lastSuccessAtMs]).toEqual([2, undefined]);
    yield* clock.advance(10);
    monitor.dateSuccesses();
    yield* clock.advance(10);
    monitor.dateSuccesses();
    expect(report.lastSuccessAtMs).toBe(20);
  });

  test("leaves a running execution alone when somebody looks", function* () {
    const monitor = new Monitor();
    const report = monitor.openLoop("acme.poll", []);
    report.succeeded();
    report.started();
    monitor.dateSuccesses();
    expect(report.runningSinceMs).toBeDefined();
  });
});

describe("the report of a loop with a connection", () => {
  test("knows since when there has been one or none, whatever else is said meanwhile", function* ({ clock }) {
    const report = open();
    report.disconnected();
    yield* clock.advance(10);
    report.disconnected(new Error("refused"));
    expect(report.connection).toEqual({ isOpen: false, sinceMs: 0, timesOpened: 0 });
    expect(report.lastFailure).toMatchObject({ atMs: 10, message: "refused" });
    report.nextAt(50);
    yield* clock.advance(10);
    report.connected();
    expect(report.connection).toEqual({ isOpen: true, sinceMs: 20, timesOpened: 1 });
    expect(report.nextAtMs).toBeUndefined();
    yield* clock.advance(10);
    report.disconnected();
    expect(report.connection).toEqual({ isOpen: false, sinceMs: 30, timesOpened: 1 });
  });
});
