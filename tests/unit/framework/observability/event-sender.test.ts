import { spawn } from "effection";
import { unitOfWork } from "../../../../framework/core/index.ts";
import { openEventChannel } from "../../../../framework/delivery/index.ts";
import { eventSenderLoop } from "../../../../framework/observability/index.ts";
import { test as base, describe, expect, thrownBy } from "../../../../testlib/index.ts";
import { MASK } from "../../../../toolkit/index.ts";
import { type ObservabilityEvent, runStatusEvent } from "../../../../toolkit/observability/index.ts";

const test = base.extend({
  *start({ server, contexts }) {
    return function* (env: Readonly<Record<string, string>> = {}) {
      const { stateStore, outbox, shutdown } = yield* contexts({ ...server.env, ...env });
      const [send, receive] = yield* openEventChannel();
      const loop = yield* spawn(() => eventSenderLoop(receive));
      return { send, receive, loop, stateStore, outbox, shutdown };
    };
  },
});

describe("the event sender", () => {
  test("posts each event to the route of its type, with the service account key", function* ({ server, start }) {
    const { send } = yield* start();
    yield* send.send(event("run", 1));
    yield* server.until(({ totals }) => totals.accepted === 1);
    expect(server.events[0]).toMatchObject({ type: "run-status", body: { run_key: "run", run_name: "1" } });
  });

  test("remembers when an event was last delivered", function* ({ clock, start }) {
    const { send, loop, stateStore } = yield* start();
    yield* clock.advance(5_000);
    yield* send.send(event("run", 1));
    send.close();
    yield* loop;
    expect(stateStore.latestEventTimestamp).toBe(5_000);
  });

  test("ends when the channel has ended and all is delivered", function* ({ server, start }) {
    const { send, loop } = yield* start();
    for (let i = 1; i <= 100; i++) yield* send.send(event(`run ${i % 7}`, i));
    send.close();
    yield* loop;
    expect(server.totals.accepted).toBe(100);
  });

  test("keeps the order of each run while others overtake", function* ({ clock: _, server, start }) {
    const { send, loop } = yield* start();
    server.faults.every(5, { delayMs: 20 });
    server.faults.every(7, { status: 503 });
    for (let i = 1; i <= 60; i++) yield* send.send(event(`run ${i % 3}`, i));
    send.close();
    yield* loop;
    for (const run of ["run 0", "run 1", "run 2"]) {
      const numbers = server.events
        .filter(({ body }) => body["run_key"] === run)
        .map(({ body }) => Number(body["run_name"]));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(numbers).toHaveLength(20);
    }
  });

  test.each([408, 425, 429, 500, 502, 503, 504, 404])(
    "sends an event again that was answered with %i",
    function* (status, { clock, server, log, start }) {
      const { send, loop } = yield* start();
      server.faults.next({ status }, 1);
      yield* send.send(event("run", 1));
      send.close();
      yield* loop;
      expect([server.totals.accepted, server.requests]).toEqual([1, 2]);
      expect(clock.now()).toBeLessThanOrEqual(1_000);
      log.expect({ level: "warn", status });
      expect(log.lines.at(-1)).toMatchObject({ delivered: 1, refused: 0, retries: 1 });
    },
  );

  test.each([404, 302, 418])(
    "sends an event again that was answered with %i, and says that the address may be wrong",
    function* (status, { clock: _, server, log, start }) {
      const { send, loop } = yield* start();
      server.faults.next({ status }, 1);
      yield* send.send(event("run", 1));
      send.close();
      yield* loop;
      expect([server.totals.accepted, server.requests]).toEqual([1, 2]);
      expect(log.expect("Check observability_base_url")).toMatchObject({ level: "warn", status });
    },
  );

  test("posts the very text that was kept", function* ({ server, start }) {
    const { send, loop } = yield* start();
    yield* send.send(
      runStatusEvent({ pipeline_key: "p", run_key: "ü\u2028", status: "RUNNING", metadata: { n: 1e21 } }),
    );
    send.close();
    yield* loop;
    expect(server.events[0]?.body).toMatchObject({ run_key: "ü\u2028", metadata: { n: 1e21 } });
  });

  test("sends an event again after broken connections", function* ({ clock, server, start }) {
    const { send, loop } = yield* start();
    server.faults.next({ reset: "before" }, 2);
    yield* send.send(event("run", 1));
    send.close();
    yield* loop;
    expect(server.totals.accepted).toBe(1);
    expect(clock.now()).toBeLessThanOrEqual(3_000);
  });

  test("waits as long as Retry-After says, a minute at most", function* ({ clock, server, start }) {
    const { send, loop } = yield* start();
    server.faults.next({ status: 429, headers: { "retry-after": "7" } }, 1);
    server.faults.next({ status: 500, headers: { "retry-after": "20" } }, 1);
    server.faults.next({ status: 503, headers: { "retry-after": "7200" } }, 1);
    yield* send.send(event("run", 1));
    send.close();
    yield* loop;
    expect(clock.now()).toBe(87_000);
  });

  test("goes on with other runs while one waits to be sent again", function* ({ clock, server, start }) {
    const { send } = yield* start({ DK_OBSERVABILITY_MAX_TOTAL_CONNECTIONS: "1" });
    server.faults.next({ status: 503, headers: { "retry-after": "30" } }, 1);
    yield* send.send(event("stuck", 1));
    yield* server.until(({ requests }) => requests === 1);
    yield* send.send(event("other", 1));
    yield* server.until(({ totals }) => totals.accepted === 1);
    expect([server.events[0]?.body["run_key"], clock.now()]).toEqual(["other", 0]);
  });

  test("does not send again what was accepted, whatever the answer says of rate limits", function* ({ server, start }) {
    const { send, loop } = yield* start();
    server.faults.next({ status: 204, headers: { "x-ratelimit-reset": "5", "x-ratelimit-remaining": "0" } }, 1);
    yield* send.send(event("run", 1));
    send.close();
    yield* loop;
    expect(server.requests).toBe(1);
  });
});

describe("a server that is down", () => {
  test("is tried ever more slowly, up to a minute, for ever", function* ({ clock, server, start }) {
    const { send } = yield* start();
    server.faults.every(1, { status: 503 });
    yield* send.send(event("run", 1));
    yield* clock.advance(3_600_000);
    expect(server.requests).toBeGreaterThan(60);
    expect(server.requests).toBeLessThan(240);
    expect(server.totals.accepted).toBe(0);
  });

  test("is not waited for when the agent is to end and the events are on disk", function* ({
    clock,
    server,
    start,
    stateDirectory,
  }) {
    const { send, loop, outbox, shutdown } = yield* start({ DK_STATE_DIR: stateDirectory });
    server.faults.every(1, { status: 503 });
    for (let i = 1; i <= 100; i++) yield* send.send(event(`run ${i % 20}`, i));
    yield* clock.advance(120_000);
    const before = clock.now();
    shutdown.request();
    send.close();
    yield* loop;
    expect(clock.now()).toBe(before);
    expect(outbox.statistics()).toMatchObject({ queued: 100, inFlight: 0 });
  });

  test("gets everything in order once it is up again", function* ({ clock, server, start }) {
    const { send, loop } = yield* start();
    server.faults.every(1, { reset: "before" });
    for (let i = 1; i <= 100; i++) yield* send.send(event(`run ${i % 10}`, i));
    send.close();
    yield* clock.advance(120_000);
    server.faults.clear();
    yield* loop;
    expect(server.totals.accepted).toBe(100);
  });
});

describe("an event that the server refuses", () => {
  test.each([400, 413, 422])(
    "with %i is logged with the answer, counted and kept as a dead letter",
    function* (status, { clock: _, server, log, start }) {
      const { send, loop, outbox } = yield* start();
      server.faults.next({ status, body: '{"error":"no good"}' }, 1);
      yield* send.send(event("run", 1));
      yield* send.send(event("run", 2));
      send.close();
      yield* loop;
      expect(server.events.map(({ body }) => body["run_name"])).toEqual(["2"]);
      log.expectError({ status, answer: '{"error":"no good"}', event: { run_name: "1" } });
      expect(outbox.deadLetters({ limit: 10 })).toMatchObject([
        { status, answer: '{"error":"no good"}', refusedAt: 0 },
      ]);
      expect(log.lines.at(-1)).toMatchObject({ delivered: 1, refused: 1, retries: 0 });
    },
  );

  test("is logged and kept without any part of a secret, should the answer quote one", function* ({
    clock: _,
    server,
    log,
    start,
  }) {
    const { send, loop, outbox } = yield* start();
    server.faults.next({ status: 422, body: `${"x".repeat(480)}${server.key} is no good` }, 1);
    yield* send.send(event("run", 1));
    send.close();
    yield* loop;
    const answer = `${"x".repeat(480)}${MASK} is no go…`;
    log.expectError({ answer });
    expect(outbox.deadLetters({ limit: 10 })).toMatchObject([{ answer }]);
  });
});

describe("a service account key that the server refuses", () => {
  test("holds all events, tries the key one event at a time, and lets all go when it is accepted", function* ({
    clock,
    server,
    log,
    start,
  }) {
    const { send, loop } = yield* start();
    log.expectError("all events are held until it accepts it");
    server.faults.refuseKeys = true;
    yield* unitOfWork(function* () {
      for (let i = 1; i <= 50; i++) yield* send.send(event(`run ${i}`, i));
    });
    send.close();
    yield* server.until(({ requests }) => requests >= 32);
    const atFirst = server.requests;
    yield* server.until(({ requests }) => requests === atFirst + 3);
    expect(clock.now()).toBe(5_000 + 10_000 + 20_000);
    server.faults.refuseKeys = false;
    yield* loop;
    expect([server.totals.accepted, clock.now()]).toEqual([50, 75_000]);
    expect(log.messages.filter((message) => message.includes("service account key"))).toEqual([
      expect.stringContaining("all events are held until it accepts it"),
      "Observability accepts the service account key again; held events are sent.",
    ]);
  });

  test('ends the loop when on_unauthorized is "exit", and all events are kept', function* ({ server, contexts }) {
    server.faults.refuseKeys = true;
    const { outbox } = yield* contexts({ ...server.env, DK_OBSERVABILITY_ON_UNAUTHORIZED: "exit" });
    const [send, receive] = yield* openEventChannel();
    yield* send.send(event("run", 1));
    const error = yield* thrownBy(() => eventSenderLoop(receive));
    expect(error).toMatchObject({ errors: [expect.objectContaining({ code: "E_UNAUTHORIZED" })] });
    expect(receive.statistics().openReceivers).toBe(0);
    expect(outbox.statistics()).toMatchObject({ queued: 1, inFlight: 0 });
  });

  test("is not waited for when the agent is to end and the events are on disk", function* ({
    clock,
    server,
    log,
    start,
    stateDirectory,
  }) {
    log.expectError("all events are held until it accepts it");
    server.faults.refuseKeys = true;
    const { send, loop, outbox, shutdown } = yield* start({ DK_STATE_DIR: stateDirectory });
    for (let i = 1; i <= 100; i++) yield* send.send(event(`run ${i}`, i));
    yield* clock.advance(1_000);
    shutdown.request();
    yield* send.send(event("the last", 1));
    send.close();
    yield* loop;
    expect(clock.now()).toBe(1_000);
    expect(outbox.statistics()).toMatchObject({ queued: 101, inFlight: 0, deadLettered: 0, acknowledged: 0 });
  });

  test("is waited for when the agent is to end and the events are in memory", function* ({
    clock,
    server,
    log,
    start,
  }) {
    log.expectError("all events are held until it accepts it");
    server.faults.refuseKeys = true;
    const { send, loop, shutdown } = yield* start();
    yield* send.send(event("run", 1));
    yield* clock.advance(1_000);
    shutdown.request();
    send.close();
    yield* clock.advance(1_000);
    server.faults.refuseKeys = false;
    yield* loop;
    expect([server.totals.accepted, clock.now()]).toEqual([1, 5_000]);
  });
});

function event(run: string, number: number): ObservabilityEvent {
  return runStatusEvent({ pipeline_key: "pipeline", run_key: run, run_name: String(number), status: "RUNNING" });
}
