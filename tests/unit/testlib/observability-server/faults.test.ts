import { spawn } from "effection";
import { expect, test } from "../../../../testlib/index.ts";
import { Faults, unavailable, useObservabilityServer } from "../../../../testlib/observability-server/index.ts";
import { errorOf, heartbeat, outcomeOf, post, runStatus, send } from "./client.ts";

const path = "events/v1/run-status";

test("answers the next requests with a status, and records none of their events", function* () {
  const server = yield* useObservabilityServer();
  server.faults.next({ status: 500 }, 2);
  const first = yield* post(server, path, runStatus());
  expect(first.status).toBe(500);
  expect(errorOf(first)).toEqual({
    error: "An error has occurred; event could not be processed",
    details: expect.any(String),
    timestamp: expect.stringMatching(/ GMT$/),
  });
  expect((yield* post(server, path, runStatus())).status).toBe(500);
  expect((yield* post(server, path, runStatus())).status).toBe(204);
  expect(server.events.length).toBe(1);
  expect(server.refused).toMatchObject([
    { status: 500, injected: true },
    { status: 500, injected: true },
  ]);
});

test("takes the headers and the body that a fault gives", function* () {
  const server = yield* useObservabilityServer();
  server.faults.next({ status: 429, headers: { "retry-after": "3", "content-type": "text/plain" }, body: "slow down" });
  const answer = yield* post(server, path, runStatus());
  expect(answer).toMatchObject({ status: 429, text: "slow down" });
  expect(answer.headers).toMatchObject({ "retry-after": "3", "content-type": "text/plain" });
});

test("answers each third request with 503 and Retry-After, as a proxy does", function* () {
  const server = yield* useObservabilityServer();
  server.faults.every(3, unavailable(2));
  const statuses: number[] = [];
  for (let request = 1; request <= 7; request++) {
    const answer = yield* post(server, path, runStatus());
    statuses.push(answer.status);
    if (answer.status === 503) {
      expect(answer.headers).toMatchObject({ "retry-after": "2", "content-type": "text/html" });
      expect(answer.text).toContain("<h1>503 Service Unavailable</h1>");
    }
  }
  expect(statuses).toEqual([204, 204, 503, 204, 204, 503, 204]);
});

test("keeps a fault to one service", function* () {
  const server = yield* useObservabilityServer();
  server.faults.next({ status: 502 }, 1, { service: "EVENTS_API" });
  expect((yield* post(server, "agent/v1/heartbeat", heartbeat)).status).toBe(204);
  expect((yield* post(server, path, runStatus())).status).toBe(502);
});

test("meets faults in the order they were given", function* () {
  const server = yield* useObservabilityServer();
  server.faults.next({ status: 500 });
  server.faults.next({ status: 502 }, 2);
  const statuses: number[] = [];
  for (let request = 1; request <= 4; request++) statuses.push((yield* post(server, path, runStatus())).status);
  expect(statuses).toEqual([500, 502, 502, 204]);
});

test("does not touch livez, and does not count requests to unknown paths", function* () {
  const server = yield* useObservabilityServer();
  server.faults.next({ status: 500 });
  expect((yield* send(server, { method: "GET", path: "events/livez" })).status).toBe(200);
  expect((yield* post(server, "events/v1/nowhere", {})).status).toBe(404);
  expect((yield* post(server, path, runStatus())).status).toBe(500);
});

test("refuses every key until told otherwise", function* () {
  const server = yield* useObservabilityServer();
  server.faults.refuseKeys = true;
  const answer = yield* post(server, path, runStatus());
  expect([answer.status, errorOf(answer)]).toEqual([401, { error: "Invalid service account key", details: {} }]);
  server.faults.refuseKeys = false;
  expect((yield* post(server, path, runStatus())).status).toBe(204);
});

test.each([
  ["before", 0],
  ["after", 1],
] as const)("resets the connection %s the event is accepted", function* ([when, accepted]) {
  const server = yield* useObservabilityServer();
  server.faults.next({ reset: when });
  expect(yield* outcomeOf(post(server, path, runStatus()))).toBe("ECONNRESET");
  expect(server.events.length).toBe(accepted);
  expect((yield* post(server, path, runStatus())).status).toBe(204);
});

test.each([
  ["before", 0],
  ["after", 1],
] as const)("closes its half of the connection %s the event is accepted", function* ([when, accepted]) {
  const server = yield* useObservabilityServer();
  server.faults.next({ close: when });
  expect(yield* outcomeOf(post(server, path, runStatus()))).toBe("ECONNRESET"); // as node:http calls it
  expect(server.events.length).toBe(accepted);
  expect((yield* post(server, path, runStatus())).status).toBe(204);
});

test.each([
  ["before", 0],
  ["after", 1],
] as const)("never answers, %s the event is accepted, until the server stops", function* ([when, accepted]) {
  const server = yield* useObservabilityServer();
  server.faults.next({ hang: when });
  const hanging = yield* spawn(() => outcomeOf(post(server, path, runStatus())));
  yield* server.until(({ requests, totals }) => requests === 1 && totals.accepted === accepted);
  expect((yield* post(server, path, runStatus())).status).toBe(204);
  yield* hanging.halt();
});

test("adds its latency to each answer, and a delay on top", function* ({ clock }) {
  const server = yield* useObservabilityServer();
  server.faults.latencyMs = 250;
  server.faults.next({ delayMs: 1_000 });
  const started = clock.now();
  yield* post(server, path, runStatus());
  expect(clock.now() - started).toBe(1_250);
  yield* post(server, path, {});
  expect(clock.now() - started).toBe(1_500);
});

test("has no faults after clear", function* () {
  const faults = new Faults();
  faults.every(1, { status: 500 });
  faults.latencyMs = 60_000;
  faults.refuseKeys = true;
  faults.ready = false;
  const server = yield* useObservabilityServer({ faults });
  expect(server.faults).toBe(faults);
  faults.clear();
  expect((yield* post(server, path, runStatus())).status).toBe(204);
  expect((yield* send(server, { method: "GET", path: "events/readyz" })).status).toBe(200);
});
