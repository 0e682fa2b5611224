import { scoped, spawn } from "effection";
import { expect, test } from "../../../../../testlib/index.ts";
import { useObservabilityServer } from "../../../../../testlib/observability-server/index.ts";
import { heartbeat, post, runStatus } from "../client.ts";
import { useUpdates } from "./updates.ts";

const path = "events/v1/run-status";

test("tells a new page everything, then only what changes", function* () {
  const server = yield* useObservabilityServer({ checkIntervalMs: 60_000 });
  yield* post(server, path, runStatus());
  yield* post(server, path, {});
  const updates = yield* useUpdates(server.pageUrl);
  expect(yield* updates.next()).toMatchObject({
    reset: true,
    basePath: "/api/",
    agentAges: { onlineUntilMs: 120_000, unhealthyUntilMs: 240_000 },
    totals: { requests: 2, accepted: 1, refused: 1, heartbeats: 0, alerts: 0 },
    agents: [],
    components: [{ type: "pipeline", key: "orders" }],
    runs: [{ pipelineKey: "orders", key: "r1", state: { status: "RUNNING" }, tasks: [] }],
    events: [{ sequence: 1, type: "run-status", level: "RUNNING", component: "pipeline:orders", runKey: "r1" }],
    refused: [{ status: 400, path }],
    alerts: [],
  });
  yield* post(server, "agent/v1/heartbeat", heartbeat);
  expect(yield* updates.next()).toMatchObject({ reset: false, agents: [heartbeat], runs: [], events: [], refused: [] });
  yield* post(server, path, runStatus({ run_key: "r2", status: "FAILED" }));
  expect(yield* updates.next()).toMatchObject({
    agents: [],
    runs: [{ key: "r2", state: { status: "FAILED" } }],
    events: [{ sequence: 2 }],
    alerts: [{ kind: "FAILED", runKey: "r2" }],
  });
});

test("tells a page at most four times a second", function* () {
  const server = yield* useObservabilityServer();
  const updates = yield* useUpdates(server.pageUrl);
  yield* updates.next();
  const started = performance.now();
  const posting = yield* spawn(function* () {
    for (let run = 1; run <= 200; run++) yield* post(server, path, runStatus({ run_key: `r${run}` }));
  });
  const events: unknown[] = [];
  let count = 0;
  while (events.length < 200) {
    const update = yield* updates.next();
    count += 1;
    if (Array.isArray(update["events"])) events.push(...update["events"]);
  }
  yield* posting;
  expect(events).toMatchObject(Array.from({ length: 200 }, (_, index) => ({ sequence: index + 1 })));
  expect(count).toBeLessThanOrEqual((performance.now() - started) / 240 + 1);
});

test("carries no more of a flood than a page shows, the newest", function* () {
  const server = yield* useObservabilityServer();
  for (let run = 1; run <= 310; run++) yield* post(server, path, runStatus({ run_key: `r${run}` }));
  const updates = yield* useUpdates(server.pageUrl);
  const { events, runs, totals } = yield* updates.next();
  expect([Array.isArray(events) && events.length, Array.isArray(runs) && runs.length]).toEqual([300, 300]);
  expect(Array.isArray(events) && events.at(-1)).toMatchObject({ sequence: 310 });
  expect(totals).toMatchObject({ accepted: 310 });
});

test("forgets a page that has gone", function* () {
  const server = yield* useObservabilityServer();
  yield* scoped(function* () {
    yield* (yield* useUpdates(server.pageUrl)).next();
  });
  expect(yield* post(server, path, runStatus())).toMatchObject({ status: 204 });
});
