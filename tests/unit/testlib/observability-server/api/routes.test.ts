import { expect, test } from "../../../../../testlib/index.ts";
import { useObservabilityServer } from "../../../../../testlib/observability-server/index.ts";
import { errorOf, heartbeat, post, runStatus, send } from "../client.ts";

const notFound = {
  error:
    "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.",
  details: {},
};

const eventBodies = {
  "run-status": runStatus(),
  "message-log": { server_key: "vm-17", log_level: "INFO", message: "disk at 71%" },
  "metric-log": { stream_key: "clicks", metric_key: "lag", metric_value: "1.50" },
  "dataset-operation": { dataset_key: "orders", operation: "READ" },
  "test-outcomes": { dataset_key: "orders", test_outcomes: [{ name: "a", status: "PASSED" }] },
};

test.each(Object.entries(eventBodies))(
  "accepts %s with 204, an empty body and a JSON content type",
  function* ([type, body]) {
    const server = yield* useObservabilityServer();
    const answer = yield* post(server, `events/v1/${type}`, body);
    expect(answer).toMatchObject({ status: 204, text: "" });
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(server.events).toMatchObject([{ sequence: 1, type, source: "API", body }]);
  },
);

test("accepts a heartbeat with 204, an empty body and an HTML content type", function* () {
  const server = yield* useObservabilityServer();
  const before = Date.now();
  const answer = yield* post(server, "agent/v1/heartbeat", heartbeat);
  expect(answer).toMatchObject({ status: 204, text: "" });
  expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(server.heartbeats).toEqual([{ ...heartbeat, latest_event_timestamp: null, receivedAt: expect.any(Number) }]);
  expect(server.heartbeats[0]?.receivedAt).toBeGreaterThanOrEqual(before);
});

test.each(["events/livez", "events/readyz", "agent/livez", "agent/readyz"])(
  "answers GET %s without a key",
  function* (path) {
    const server = yield* useObservabilityServer();
    const answer = yield* send(server, { method: "GET", path });
    expect(answer).toMatchObject({ status: 200, text: "{}" });
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(server.refused).toEqual([]);
  },
);

test("answers readyz with 500 and no livez when told that it is not ready", function* () {
  const server = yield* useObservabilityServer();
  server.faults.ready = false;
  expect(yield* send(server, { method: "GET", path: "events/readyz" })).toMatchObject({ status: 500, text: "{}" });
  expect(yield* send(server, { method: "GET", path: "events/livez" })).toMatchObject({ status: 200, text: "{}" });
});

test.each([
  ["POST", "events/v1/run-status/"],
  ["POST", "events/v1/run_status"],
  ["POST", "events/v1/Run-Status"],
  ["POST", "events/v1/runs"],
  ["POST", "events/v1"],
  ["POST", ""],
  ["POST", "agent/v1/heartbeat/"],
  ["POST", "events/v2/batch-pipeline-status"],
  ["POST", "events/v2/message-log"],
  ["GET", "events/v1/run-status"],
  ["PUT", "events/v1/run-status"],
  ["PATCH", "events/v1/run-status"],
  ["DELETE", "agent/v1/heartbeat"],
  ["POST", "events/livez"],
  ["OPTIONS", "events/v1/nothing"],
] as const)("answers 404 to %s %s", function* ([method, path]) {
  const server = yield* useObservabilityServer();
  const headers = { serviceaccountauthenticationkey: server.key, "content-type": "application/json" };
  const answer = yield* send(server, { method, path, headers, body: JSON.stringify(runStatus()) });
  expect(answer.status).toBe(404);
  expect(answer.headers["content-type"]).toBe("application/json");
  expect(errorOf(answer)).toEqual(notFound);
  expect(server.refused).toMatchObject([
    { sequence: 1, method, path, status: 404, error: notFound.error, excerpt: "" },
  ]);
});

test.each(["events/v1/run-status", "events/livez"])("answers 404 to HEAD %s", function* (path) {
  const server = yield* useObservabilityServer();
  expect(yield* send(server, { method: "HEAD", path })).toMatchObject({ status: 404, text: "" });
});

test("answers 404 beside the API base, so a wrong base address shows", function* () {
  const server = yield* useObservabilityServer();
  const origin = new URL(server.url).origin;
  const answer = yield* post({ ...server, url: `${origin}/` }, "events/v1/run-status", runStatus());
  expect(answer.status).toBe(404);
  expect(server.refused).toMatchObject([{ path: "/events/v1/run-status" }]);
});

test("ignores the query string", function* () {
  const server = yield* useObservabilityServer();
  expect(yield* post(server, "events/v1/run-status?batch=yes&x", runStatus())).toMatchObject({ status: 204 });
});

test.each(["events/v1/run-status", "agent/v1/heartbeat", "events/livez"])(
  "answers OPTIONS %s with 204, even with a wrong key",
  function* (path) {
    const server = yield* useObservabilityServer();
    const headers = { serviceaccountauthenticationkey: "wrong" };
    expect(yield* send(server, { method: "OPTIONS", path, headers })).toMatchObject({ status: 204, text: "" });
    expect(server.refused).toEqual([]);
  },
);

test.each(["/", "/v9/ingest", "ingest/"])("serves below any base path: %s", function* (basePath) {
  const server = yield* useObservabilityServer({ basePath });
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/(v9\/ingest\/|ingest\/)?$/);
  expect(yield* post(server, "events/v1/run-status", runStatus())).toMatchObject({ status: 204 });
  expect(yield* send(server, { method: "GET", path: server.pageUrl })).toMatchObject({ status: 200 });
});
