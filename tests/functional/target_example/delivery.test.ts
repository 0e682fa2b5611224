import { describe, expect } from "../../../testlib/index.ts";
import { firstGap, numbered, numbersByRun, test } from "./example.ts";
import { describeFullSpeed } from "./full-speed.ts";

describeFullSpeed(1_000); // 20,000 in tests/load

describe("no event is lost while the process lives", () => {
  test("when the server hangs, resets connections and is then down for a while", {
    timeoutMs: 60_000,
  }, function* ({ target, server, connect }) {
    yield* connect({ DK_OBSERVABILITY_READ_TIMEOUT: "1" });
    server.faults.next({ hang: "before" }, 3, { service: "EVENTS_API" });
    server.faults.next({ reset: "before" }, 3, { service: "EVENTS_API" });
    server.faults.next({ status: 429, headers: { "retry-after": "1" } }, 3, { service: "EVENTS_API" });
    server.faults.next({ status: 502 }, 3, { service: "EVENTS_API" });
    yield* target.flood(500, { message: numbered(50) });
    yield* server.until(({ totals }) => totals.accepted >= 500);
    const runs = numbersByRun(server);
    expect([server.totals.accepted, firstGap(runs)]).toEqual([500, undefined]);
  });

  test("when the source goes away and comes back", { timeoutMs: 60_000 }, function* ({ target, server, connect }) {
    const agent = yield* connect();
    yield* target.flood(3, { message: numbered(1) });
    yield* server.until(({ totals }) => totals.accepted === 3);
    target.refuse(2);
    target.closeClients(1006);
    yield* target.until(() => target.refused === 2 && target.connections === 1);
    const later = numbered(1);
    yield* target.flood(3, { message: (index) => later(index + 3) });
    yield* server.until(({ totals }) => totals.accepted === 6);
    expect(firstGap(numbersByRun(server))).toBeUndefined();
    const losses = agent.lines.filter((line) => line.record?.msg.startsWith("No connection"));
    expect(losses).toHaveLength(2); // that it was lost, and that it is refused: the second refusal is within a minute
  });
});

describe("messages that are no events", () => {
  test("are skipped, counted and logged, and the next good one is delivered", function* ({ target, server, connect }) {
    const agent = yield* connect({ DK_EXAMPLE_MAX_MESSAGE_BYTES: "1000" });
    for (const message of ["not json", "[1,2]", '{"status":"RUNNING"}']) target.send(message);
    target.send(numbered(1)(0));
    yield* server.until(({ totals }) => totals.accepted === 1);
    const skipped = agent.lines.map((line) => line.record).filter((record) => record?.msg === "Skipped a message.");
    expect(skipped.map((record) => record?.["malformed"])).toEqual([1, 2, 3]);
  });

  test("and are too long close the connection, which is opened again", function* ({ target, server, connect }) {
    const agent = yield* connect({ DK_EXAMPLE_MAX_MESSAGE_BYTES: "1000" });
    target.send("x".repeat(2_000));
    yield* agent.untilLog((line) => line.text.includes("1009") || line.text.includes("Max payload size exceeded"));
    yield* target.until(() => target.accepted === 2 && target.connections === 1);
    target.send(numbered(1)(0));
    yield* server.until(({ totals }) => totals.accepted === 1);
    expect(server.totals.refused).toBe(0);
  });
});
