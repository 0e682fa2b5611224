import { spawn } from "effection";
import { describe, expect } from "../../../testlib/index.ts";
import { firstGap, numbered, numbersByRun, test } from "./example.ts";

describe("a stop signal", () => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "%s under load delivers what was received and exits 0",
    { timeoutMs: 30_000 },
    function* (signal, { target, server, connect }) {
      server.faults.latencyMs = 20;
      const agent = yield* connect();
      // Long ones: what the kernel holds for the agent by then counts as received, which is thousands of short ones.
      yield* spawn(() => target.flood(100_000, { message: numbered(100, 4_000) }));
      yield* server.until(({ totals }) => totals.accepted >= 100);
      agent.signal(signal);
      const { code, durationMs } = yield* agent.exited;
      expect([code, firstGap(numbersByRun(server))]).toEqual([0, undefined]);
      expect(durationMs).toBeLessThan(20_000);
      expect(agent.lines.some((line) => line.text.includes("Not everything could be delivered"))).toBe(false);
    },
  );

  test("exits 0 within the shutdown timeout when the server hangs", function* ({ target, server, connect }) {
    server.faults.every(1, { hang: "before" }, { service: "EVENTS_API" });
    const agent = yield* connect({ DK_SHUTDOWN_TIMEOUT: "1" });
    yield* target.flood(500);
    const stoppedAt = performance.now();
    agent.signal("SIGTERM");
    const { code } = yield* agent.exited;
    expect(code).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(3_000);
    expect(agent.lines.some((line) => line.text.includes("Not everything could be delivered"))).toBe(true);
  });

  test("exits 0 at once when nothing is left to do, also while it cannot connect", function* ({ target, start }) {
    target.refuse(Number.POSITIVE_INFINITY);
    const agent = yield* start();
    yield* agent.untilLog((line) => line.text.includes("No connection to the WebSocket service"));
    agent.signal("SIGTERM");
    expect(yield* agent.exited).toMatchObject({ code: 0 });
  });

  test.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)(
    "%s a second time ends the process at once, with %i",
    function* ([signal, expected], { target, server, connect }) {
      server.faults.every(1, { hang: "before" }, { service: "EVENTS_API" });
      const agent = yield* connect();
      yield* target.flood(10);
      yield* server.until(({ requests }) => requests > 1);
      agent.signal(signal);
      yield* agent.untilLog((line) => line.text.includes("Stopping"));
      agent.signal(signal);
      expect(yield* agent.exited).toMatchObject({ code: expected });
    },
  );
});

describe("a service account key that is refused", () => {
  test("holds the events, says so once, and lets them go when it is accepted", { timeoutMs: 60_000 }, function* ({
    target,
    server,
    connect,
  }) {
    server.faults.refuseKeys = true;
    const agent = yield* connect();
    yield* target.flood(100, { message: numbered(10) });
    yield* agent.untilLog((line) => line.text.includes("refuses the service account key"));
    server.faults.refuseKeys = false;
    yield* server.until(({ totals }) => totals.accepted === 100);
    expect(firstGap(numbersByRun(server))).toBeUndefined();
    const errors = agent.lines.filter((line) => line.text.includes("all events are held until"));
    expect(errors).toHaveLength(1);
    expect(agent.lines.some((line) => line.text.includes(server.key))).toBe(false);
  });

  test('ends the agent with exit code 1 when on_unauthorized is "exit"', function* ({ server, start }) {
    server.faults.refuseKeys = true;
    const agent = yield* start({ DK_OBSERVABILITY_ON_UNAUTHORIZED: "exit" });
    expect(yield* agent.exited).toMatchObject({ code: 1 });
    expect(agent.lines.map((line) => line.record).find((record) => record?.level === "error")).toMatchObject({
      code: "E_UNAUTHORIZED",
      msg: expect.stringContaining("observability_service_account_key"),
    });
  });
});

describe("heartbeats", () => {
  test("come at once and every heartbeat_period, with the time of the latest event", function* ({
    target,
    server,
    start,
  }) {
    yield* start({ DK_HEARTBEAT_PERIOD: "0.2" });
    yield* server.until(({ heartbeats }) => heartbeats.length >= 1);
    expect(server.heartbeats[0]).toMatchObject({ key: "example", tool: "example tool", latest_event_timestamp: null });
    yield* target.until(() => target.connections === 1);
    yield* target.flood(1);
    yield* server.until(({ heartbeats }) => heartbeats.at(-1)?.latest_event_timestamp != null);
    expect(server.heartbeats.at(-1)?.latest_event_timestamp).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$/,
    );
  });

  test("go on while events cannot be delivered", function* ({ target, server, connect }) {
    server.faults.every(1, { hang: "before" }, { service: "EVENTS_API" });
    const agent = yield* connect({ DK_HEARTBEAT_PERIOD: "0.1" });
    yield* target.flood(2_000);
    const before = server.totals.heartbeats;
    yield* server.until(({ totals }) => totals.heartbeats >= before + 5);
    expect(server.totals.accepted).toBe(0);
    agent.signal("SIGKILL"); // it would not end while it can deliver nothing
  });
});

describe("a wrong configuration", () => {
  test("is reported whole, without a stack or a secret, and exits 78 before anything is contacted", function* ({
    target,
    server,
    agentProcess,
  }) {
    const agent = yield* agentProcess({
      env: { DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY: "very-secret", DK_AGENT_KEY: "" },
      toml: `[core]\nagent_type = "target_exampel"\nobservability_base_url = "${server.url}"\nlog_level = "loud"\n`,
    });
    expect(yield* agent.exited).toMatchObject({ code: 78 });
    const report = agent.lines.map((line) => line.text).join("\n");
    expect(report).toContain("agent.toml:2:14 [core] agent_type is");
    expect(report).toContain("Did you mean target_example?");
    expect(report).toContain("agent.toml:4:13 [core] log_level is");
    expect(report).toContain("DK_AGENT_KEY");
    expect(report).not.toMatch(/very-secret|\bat .*:\d+:\d+\)/);
    expect([server.requests, target.accepted]).toEqual([0, 0]);
  });

  test.each([
    ["bad TOML", "[core\nagent_type = 1", /agent\.toml:1:6 .*not valid TOML|agent\.toml:1:/],
    [
      "the old agent's name with nothing else",
      '[core]\nagent_type = "example_agent"',
      /\[example\] target_url is not set/,
    ],
  ] as const)("as in %s exits 78", function* ([, toml, expected], { agentProcess }) {
    const agent = yield* agentProcess({ toml });
    expect(yield* agent.exited).toMatchObject({ code: 78 });
    expect(agent.lines.map((line) => line.text).join("\n")).toMatch(expected);
  });
});
