import { type Operation, sleep, spawn } from "effection";
import { openStoreForCommand, type Totals } from "../../../framework/delivery/index.ts";
import { describe, expect, type ObservabilityServer } from "../../../testlib/index.ts";
import { test as base, firstGap, numbered, numbersByRun } from "./example.ts";

const test = base.extend({
  /** Starts the agent with a state directory that outlives it, and waits until it is connected. */
  *life({ target, start, stateDirectory }) {
    return function* (overrides: Readonly<Record<string, string>> = {}) {
      const agent = yield* start({ DK_STATE_DIR: stateDirectory, ...overrides });
      yield* target.until(() => target.connections === 1);
      return agent;
    };
  },
  /** Waits until the books on disk say so. */
  *untilBooks({ stateDirectory }) {
    return function* (holds: (totals: Totals) => boolean): Operation<void> {
      while (!holds(booksIn(stateDirectory))) yield* sleep(20); // another process writes them
    };
  },
});

function booksIn(directory: string): Totals {
  const store = openStoreForCommand(directory);
  try {
    return store.totals();
  } finally {
    store.close();
  }
}

describe("what is on disk is delivered, whatever happens to the process", () => {
  test("SIGKILL in the middle: nothing is missing, and twice is only what was being answered", {
    timeoutMs: 60_000,
  }, function* ({ target, server, life, untilBooks }) {
    server.faults.every(1, { status: 503 }, { service: "EVENTS_API" });
    const killed = yield* life();
    yield* target.flood(1_000, { message: numbered(50) });
    yield* untilBooks(({ emitted }) => emitted === 1_000);
    server.faults.clear();
    server.faults.latencyMs = 20;
    yield* server.until(({ totals }) => totals.accepted >= 400);
    killed.signal("SIGKILL");
    yield* killed.exited;
    const before = server.totals.accepted;
    yield* life();
    yield* untilBooks(({ queued }) => queued === 0);
    const repeated = repeatedIn(server);
    expect(firstGap(withoutRepeats(server))).toBeUndefined();
    expect([before < 1_000, server.totals.accepted - repeated]).toEqual([true, 1_000]);
    expect(repeated).toBeLessThanOrEqual(64); // 32 in flight, and the answers of one turn
  });

  test("SIGTERM while the server is down: ends at once, and all is delivered after the restart, once", function* ({
    target,
    server,
    life,
    untilBooks,
  }) {
    server.faults.every(1, { reset: "before" }, { service: "EVENTS_API" });
    const stopped = yield* life();
    yield* target.flood(500, { message: numbered(20) });
    yield* untilBooks(({ emitted }) => emitted === 500);
    yield* sleep(1_500); // for every run to be put off
    const stoppedAt = performance.now();
    stopped.signal("SIGTERM");
    expect(yield* stopped.exited).toMatchObject({ code: 0 });
    expect(performance.now() - stoppedAt).toBeLessThan(4_000); // 2 of which are for the source's good-bye
    server.faults.clear();
    yield* life();
    yield* server.until(({ totals }) => totals.accepted === 500);
    expect(firstGap(numbersByRun(server))).toBeUndefined();
  });

  test("SIGTERM while the server hangs: ends within the shutdown timeout, and all is delivered after the restart", function* ({
    target,
    server,
    life,
    untilBooks,
  }) {
    server.faults.every(1, { hang: "before" }, { service: "EVENTS_API" });
    const stopped = yield* life({ DK_SHUTDOWN_TIMEOUT: "2" });
    yield* target.flood(500, { message: numbered(50) });
    yield* untilBooks(({ emitted }) => emitted === 500);
    const stoppedAt = performance.now();
    stopped.signal("SIGTERM");
    expect(yield* stopped.exited).toMatchObject({ code: 0 });
    expect(performance.now() - stoppedAt).toBeLessThan(3_000);
    server.faults.clear();
    yield* life();
    yield* server.until(({ totals }) => totals.accepted === 500);
    expect(firstGap(numbersByRun(server))).toBeUndefined();
  });

  test("SIGTERM under load: what was received is delivered, or is after the restart", {
    timeoutMs: 60_000,
  }, function* ({ target, server, life, untilBooks }) {
    server.faults.latencyMs = 20;
    const stopped = yield* life({ DK_SHUTDOWN_TIMEOUT: "2" });
    yield* spawn(() => target.flood(10_000, { message: numbered(100) }));
    yield* server.until(({ totals }) => totals.accepted >= 200);
    stopped.signal("SIGTERM");
    expect(yield* stopped.exited).toMatchObject({ code: 0 });
    server.faults.latencyMs = 0;
    yield* life();
    yield* untilBooks(({ queued }) => queued === 0);
    expect(firstGap(numbersByRun(server))).toBeUndefined();
    expect(server.totals.accepted).toBeGreaterThan(200);
  });

  test('a key that is refused with on_unauthorized = "exit": exit code 1, and the events are kept', function* ({
    target,
    server,
    life,
    untilBooks,
  }) {
    server.faults.every(1, { status: 503 }, { service: "EVENTS_API" });
    const stopped = yield* life({ DK_OBSERVABILITY_ON_UNAUTHORIZED: "exit" });
    yield* target.flood(100, { message: numbered(10) });
    yield* untilBooks(({ emitted }) => emitted === 100);
    server.faults.clear();
    server.faults.refuseKeys = true;
    expect(yield* stopped.exited).toMatchObject({ code: 1 });
    yield* sleep(100); // the server is in this process: what the agent sent last may not be read yet, and must meet the 401
    server.faults.refuseKeys = false;
    yield* life();
    yield* server.until(({ totals }) => totals.accepted === 100);
    expect(firstGap(numbersByRun(server))).toBeUndefined();
  });
});

test("a state directory that is full pauses the source, and nothing is dropped", { timeoutMs: 60_000 }, function* ({
  target,
  server,
  life,
  untilBooks,
}) {
  server.faults.every(1, { status: 503 }, { service: "EVENTS_API" });
  yield* life({ DK_STATE_MAX_MIB: "1" });
  yield* spawn(() => target.flood(2_000, { message: numbered(100, 1_000) }));
  let emitted = 0;
  yield* untilBooks((totals) => {
    const isPaused = totals.emitted > 100 && totals.emitted === emitted;
    emitted = totals.emitted;
    return isPaused;
  });
  expect(emitted).toBeLessThan(1_500);
  server.faults.clear();
  yield* server.until(({ totals }) => totals.accepted === 2_000);
  expect(firstGap(numbersByRun(server))).toBeUndefined();
});

/** An event that came again right after itself, or after what followed it, when an answer was lost. */
function repeatedIn(server: ObservabilityServer): number {
  return [...numbersByRun(server).values()].reduce((sum, numbers) => sum + numbers.length - new Set(numbers).size, 0);
}

function withoutRepeats(server: ObservabilityServer): ReadonlyMap<string, readonly number[]> {
  return new Map(Array.from(numbersByRun(server), ([run, numbers]) => [run, [...new Set(numbers)]]));
}
