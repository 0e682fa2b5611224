import { spawn } from "effection";
import { eventSenderLoop } from "../../../../framework/observability/index.ts";
import { test as base, describe, expect, thrownBy } from "../../../../testlib/index.ts";
import { type ObservabilityEvent, runStatusEvent } from "../../../../toolkit/observability/index.ts";

const test = base.extend({
  *start({ server, contexts, channel }) {
    return function* (env: Readonly<Record<string, string>> = {}) {
      const { stateStore } = yield* contexts({ ...server.env, ...env });
      const [send, receive] = channel<ObservabilityEvent>(1_000);
      const loop = yield* spawn(() => eventSenderLoop(receive));
      return { send, loop, stateStore };
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
    server.faults.next({ status: 503, headers: { "retry-after": "7200" } }, 1);
    yield* send.send(event("run", 1));
    send.close();
    yield* loop;
    expect(clock.now()).toBe(67_000);
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

describe("an event that the server refuses", () => {
  test.each([400, 413, 422])(
    "with %i is logged with the answer, counted and dropped",
    function* (status, { server, log, start }) {
      const { send, loop } = yield* start();
      server.faults.next({ status, body: '{"error":"no good"}' }, 1);
      yield* send.send(event("run", 1));
      yield* send.send(event("run", 2));
      send.close();
      yield* loop;
      expect(server.events.map(({ body }) => body["run_name"])).toEqual(["2"]);
      log.expectError({ status, answer: '{"error":"no good"}', event: { run_name: "1" } });
      expect(log.lines.at(-1)).toMatchObject({ delivered: 1, refused: 1, retries: 0 });
    },
  );
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
    for (let i = 1; i <= 50; i++) yield* send.send(event(`run ${i}`, i));
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

  test('ends the loop when on_unauthorized is "exit"', function* ({ server, contexts, channel }) {
    server.faults.refuseKeys = true;
    yield* contexts({ ...server.env, DK_OBSERVABILITY_ON_UNAUTHORIZED: "exit" });
    const [send, receive] = channel<ObservabilityEvent>();
    yield* send.send(event("run", 1));
    const error = yield* thrownBy(() => eventSenderLoop(receive));
    expect(error).toMatchObject({ errors: [expect.objectContaining({ code: "E_UNAUTHORIZED" })] });
    expect(receive.statistics().openReceivers).toBe(0);
  });
});

function event(run: string, number: number): ObservabilityEvent {
  return runStatusEvent({ pipeline_key: "pipeline", run_key: run, run_name: String(number), status: "RUNNING" });
}
