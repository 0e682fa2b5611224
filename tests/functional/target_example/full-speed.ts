import { describe, expect, type ObservabilityServer } from "../../../testlib/index.ts";
import { firstGap, numbered, numbersByRun, test } from "./example.ts";

/** Real time, ms. Three times what the slowest of these tests takes with 20,000 messages on two busy cores. */
const LONGEST_MS = 120_000;

/** What has to be true of so many messages that come as fast as the agent takes them. */
export function describeFullSpeed(messages: number): void {
  describe(`${messages.toLocaleString("en")} messages at full speed arrive complete and in order per run`, () => {
    test("at a server that answers at once", { timeoutMs: LONGEST_MS }, function* ({ target, server, connect }) {
      yield* connect();
      yield* target.flood(messages, { message: numbered(100) });
      yield* server.until(({ totals }) => totals.accepted >= messages);
      expectAll(server, { messages, runs: 100 });
    });

    test("at a server that answers after 20 ms", { timeoutMs: LONGEST_MS }, function* ({ target, server, connect }) {
      server.faults.latencyMs = 20;
      yield* connect();
      yield* target.flood(messages, { message: numbered(100) });
      yield* server.until(({ totals }) => totals.accepted >= messages);
      expectAll(server, { messages, runs: 100 });
    });

    test("at a server that fails every third request with 503", { timeoutMs: LONGEST_MS }, function* ({
      target,
      server,
      connect,
    }) {
      const runs = messages / 2; // a run waits a second and more for each 503
      server.faults.every(3, { status: 503 }, { service: "EVENTS_API" });
      yield* connect();
      yield* target.flood(messages, { message: numbered(runs) });
      yield* server.until(({ totals }) => totals.accepted >= messages);
      expectAll(server, { messages, runs });
      expect(server.refused.length).toBeGreaterThan(messages / 4);
    });
  });
}

function expectAll(server: ObservabilityServer, { messages, runs }: { messages: number; runs: number }): void {
  const numbers = numbersByRun(server);
  expect([server.totals.accepted, numbers.size, firstGap(numbers)]).toEqual([messages, runs, undefined]);
}
