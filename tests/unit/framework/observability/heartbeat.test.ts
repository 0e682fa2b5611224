import { spawn } from "effection";
import { heartbeatLoop } from "../../../../framework/observability/index.ts";
import {
  captureLog,
  describe,
  expect,
  test,
  thrownBy,
  useObservabilityServer,
  useRunContexts,
} from "../../../../testlib/index.ts";

describe("the heartbeat", () => {
  test("is sent at once and then every heartbeat_period", function* ({ clock }) {
    const { server } = yield* start({ DK_HEARTBEAT_PERIOD: "30" });
    yield* server.until(({ heartbeats }) => heartbeats.length === 4);
    expect(server.heartbeats.map(({ receivedAt }) => receivedAt)).toEqual([0, 30_000, 60_000, 90_000]);
    expect(clock.now()).toBe(90_000);
  });

  test("says which agent watches which tool, in which version", function* ({ clock: _ }) {
    const { server } = yield* start();
    yield* server.until(({ heartbeats }) => heartbeats.length === 1);
    expect(server.heartbeats[0]).toEqual({
      receivedAt: 0,
      key: "agent",
      tool: "acme",
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      latest_event_timestamp: null,
    });
  });

  test("says when an event was last delivered", function* ({ clock: _ }) {
    const { server, contexts } = yield* start();
    contexts.stateStore.latestEventTimestamp = Date.parse("2026-05-01T00:00:20.123Z");
    yield* server.until(({ heartbeats }) => heartbeats.length === 1);
    expect(server.heartbeats[0]?.latest_event_timestamp).toBe("2026-05-01T00:00:20.123000+00:00");
  });

  test("goes on after a failure, which is logged", function* ({ clock }) {
    const { server, log } = yield* start();
    server.faults.next({ status: 503 }, 1, { service: "AGENT_API" });
    yield* server.until(({ heartbeats }) => heartbeats.length === 1);
    expect(clock.now()).toBe(60_000);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: "warn", err: expect.objectContaining({ code: "E_HTTP_STATUS" }) }),
    );
  });

  test("goes on while the key is refused", function* ({ clock: _ }) {
    const { server } = yield* start();
    server.faults.refuseKeys = true;
    yield* server.until(({ requests }) => requests === 3);
    server.faults.refuseKeys = false;
    yield* server.until(({ heartbeats }) => heartbeats.length === 1);
    expect(server.requests).toBe(4);
  });

  test('ends the agent when the key is refused and on_unauthorized is "exit"', function* () {
    const server = yield* useObservabilityServer();
    server.faults.refuseKeys = true;
    yield* useRunContexts({ ...settings(server), DK_OBSERVABILITY_ON_UNAUTHORIZED: "exit" });
    expect(yield* thrownBy(() => heartbeatLoop({ tool: "acme" }))).toMatchObject({
      name: "UnrecoverableError",
      code: "E_UNAUTHORIZED",
    });
  });

  test("ends on shutdown", function* ({ clock: _ }) {
    const { server, contexts, loop } = yield* start();
    yield* server.until(({ heartbeats }) => heartbeats.length === 1);
    contexts.shutdown.request();
    yield* loop;
    expect(server.heartbeats).toHaveLength(1);
  });
});

function* start(overrides: Readonly<Record<string, string>> = {}) {
  const server = yield* useObservabilityServer();
  const log = yield* captureLog();
  const contexts = yield* useRunContexts({ ...settings(server), ...overrides });
  const loop = yield* spawn(() => heartbeatLoop({ tool: "acme" }));
  return { server, log, contexts, loop };
}

function settings(server: { readonly url: string; readonly key: string }) {
  return {
    DK_AGENT_TYPE: "test",
    DK_AGENT_KEY: "agent",
    DK_OBSERVABILITY_BASE_URL: server.url,
    DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY: server.key,
  };
}
