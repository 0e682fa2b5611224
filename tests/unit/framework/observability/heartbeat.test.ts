import { spawn } from "effection";
import { heartbeatLoop } from "../../../../framework/observability/index.ts";
import { test as base, describe, expect, thrownBy } from "../../../../testlib/index.ts";

const test = base.extend({
  *start({ server, contexts }) {
    return function* (env: Readonly<Record<string, string>> = {}) {
      const { shutdown, stateStore } = yield* contexts({ ...server.env, ...env });
      const loop = yield* spawn(() => heartbeatLoop({ tool: "acme" }));
      return { shutdown, stateStore, loop };
    };
  },
});

describe("the heartbeat", () => {
  test("is sent at once and then every heartbeat_period", function* ({ clock, server, start }) {
    yield* start({ DK_HEARTBEAT_PERIOD: "30" });
    yield* server.until(({ heartbeats }) => heartbeats.length === 4);
    expect(server.heartbeats.map(({ receivedAt }) => receivedAt)).toEqual([0, 30_000, 60_000, 90_000]);
    expect(clock.now()).toBe(90_000);
  });

  test("says which agent watches which tool, in which version", function* ({ clock: _, server, start }) {
    yield* start();
    yield* server.until(({ heartbeats }) => heartbeats.length === 1);
    expect(server.heartbeats[0]).toEqual({
      receivedAt: 0,
      key: "agent test key",
      tool: "acme",
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      latest_event_timestamp: null,
    });
  });

  test("says when an event was last delivered", function* ({ clock: _, server, start }) {
    const { stateStore } = yield* start();
    stateStore.latestEventTimestamp = Date.parse("2026-05-01T00:00:20.123Z");
    yield* server.until(({ heartbeats }) => heartbeats.length === 1);
    expect(server.heartbeats[0]?.latest_event_timestamp).toBe("2026-05-01T00:00:20.123000+00:00");
  });

  test("goes on after a failure, which is logged", function* ({ clock, server, log, start }) {
    yield* start();
    server.faults.next({ status: 503 }, 1, { service: "AGENT_API" });
    yield* server.until(({ heartbeats }) => heartbeats.length === 1);
    expect(clock.now()).toBe(60_000);
    log.expect({ level: "warn", err: { code: "E_HTTP_STATUS" } });
  });

  test("goes on while the key is refused", function* ({ clock: _, server, start }) {
    yield* start();
    server.faults.refuseKeys = true;
    yield* server.until(({ requests }) => requests === 3);
    server.faults.refuseKeys = false;
    yield* server.until(({ heartbeats }) => heartbeats.length === 1);
    expect(server.requests).toBe(4);
  });

  test('ends the agent when the key is refused and on_unauthorized is "exit"', function* ({ server, contexts }) {
    server.faults.refuseKeys = true;
    yield* contexts({ ...server.env, DK_OBSERVABILITY_ON_UNAUTHORIZED: "exit" });
    expect(yield* thrownBy(() => heartbeatLoop({ tool: "acme" }))).toMatchObject({
      name: "UnrecoverableError",
      code: "E_UNAUTHORIZED",
    });
  });

  test("ends the agent then also when something on the way answers 403", function* ({ server, contexts }) {
    server.faults.every(1, { status: 403 });
    yield* contexts({ ...server.env, DK_OBSERVABILITY_ON_UNAUTHORIZED: "exit" });
    expect(yield* thrownBy(() => heartbeatLoop({ tool: "acme" }))).toMatchObject({ code: "E_UNAUTHORIZED" });
  });

  test("ends on shutdown", function* ({ clock: _, server, start }) {
    const { shutdown, loop } = yield* start();
    yield* server.until(({ heartbeats }) => heartbeats.length === 1);
    shutdown.request();
    yield* loop;
    expect(server.heartbeats).toHaveLength(1);
  });
});
