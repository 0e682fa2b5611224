import { expect, test } from "../../../../../testlib/index.ts";
import { useObservabilityServer } from "../../../../../testlib/observability-server/index.ts";
import { errorOf, heartbeat, post, runStatus, send } from "../client.ts";

const path = "events/v1/run-status";
const wrongContentType = { error: "Invalid content-type. Expected `application/json`", details: {} };
const unparsable = {
  error: "The browser (or proxy) sent a request that this server could not understand.",
  details: {},
};
const tooLarge = { error: "Request Entity Too Large", details: {} };

/** A good event of exactly so many bytes. */
function sized(bytes: number): string {
  const empty = JSON.stringify(runStatus({ metadata: { filler: "" } }));
  return JSON.stringify(runStatus({ metadata: { filler: "x".repeat(bytes - empty.length) } }));
}

test.each(["application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.acme+json", "application/json;x=y"])(
  "takes the content type %s",
  function* (contentType) {
    const server = yield* useObservabilityServer();
    expect(yield* post(server, path, runStatus(), { "content-type": contentType })).toMatchObject({ status: 204 });
  },
);

test.each(["text/json", "application/jsonl", "application/x-www-form-urlencoded", "text/plain", "json"])(
  "refuses the content type %s",
  function* (contentType) {
    const server = yield* useObservabilityServer();
    const answer = yield* post(server, path, runStatus(), { "content-type": contentType });
    expect([answer.status, errorOf(answer)]).toEqual([400, wrongContentType]);
  },
);

test("refuses a body without content type, events and heartbeats alike", function* () {
  const server = yield* useObservabilityServer();
  const headers = { serviceaccountauthenticationkey: server.key };
  for (const each of [path, "agent/v1/heartbeat"]) {
    const answer = yield* send(server, { path: each, headers, body: JSON.stringify(heartbeat) });
    expect([answer.status, errorOf(answer)]).toEqual([400, wrongContentType]);
  }
});

test.each<[string, string | Buffer]>([
  ["an empty body", ""],
  ["half an object", '{"pipeline_key": "orders"'],
  ["a trailing comma", '{"pipeline_key": "orders",}'],
  ["two values", "{} {}"],
  ["NaN", '{"metadata": NaN}'],
  ["invalid UTF-8", Buffer.from([0x22, 0xff, 0x22])],
])("refuses as unparsable: %s", function* ([, body]) {
  const server = yield* useObservabilityServer();
  for (const each of [path, "agent/v1/heartbeat"]) {
    const answer = yield* post(server, each, body);
    expect([answer.status, errorOf(answer)]).toEqual([400, unparsable]);
  }
});

test.each<[string, string | Buffer]>([
  ["a byte order mark", `\u{feff}${JSON.stringify(runStatus())}`],
  ["surrounding white space", `\r\n\t ${JSON.stringify(runStatus())} \n`],
  [
    "the same key twice, the last one counting",
    '{"pipeline_key":1,"run_key":"r1","status":"RUNNING","pipeline_key":"orders"}',
  ],
])("accepts %s", function* ([, body]) {
  const server = yield* useObservabilityServer();
  expect(yield* post(server, path, body)).toMatchObject({ status: 204 });
  expect(server.events).toMatchObject([{ body: runStatus() }]);
});

test("prints an event's error structure after a prefix, a heartbeat's alone", function* () {
  const server = yield* useObservabilityServer();
  const event = yield* post(server, path, {});
  const beat = yield* post(server, "agent/v1/heartbeat", [heartbeat]);
  expect([event.status, errorOf(event)]).toEqual([
    400,
    { error: "Invalid request: {'status': ['Missing data for required field.']}", details: {} },
  ]);
  expect([beat.status, errorOf(beat)]).toEqual([400, { error: "{'_schema': ['Invalid input type.']}", details: {} }]);
  expect(server.refused).toMatchObject([
    { sequence: 1, path, excerpt: "{}", injected: false },
    { sequence: 2, path: "agent/v1/heartbeat", excerpt: JSON.stringify([heartbeat]) },
  ]);
});

test("keeps the normalised body", function* () {
  const server = yield* useObservabilityServer();
  const body = runStatus({ status: "completed", component_tool: " aws s3 ", external_url: null });
  yield* post(server, path, body);
  expect(server.events[0]?.body).toMatchObject({ status: "COMPLETED", component_tool: "AWS_S3" });
  expect(server.events[0]?.body).not.toHaveProperty("external_url");
});

test.each([false, true])("takes 102,400 bytes and refuses one more (chunked: %s)", function* (chunked) {
  const server = yield* useObservabilityServer();
  const headers = { serviceaccountauthenticationkey: server.key, "content-type": "application/json" };
  const accepted = yield* send(server, { path, headers, chunked, body: sized(102_400) });
  const refused = yield* send(server, { path, headers, chunked, body: sized(102_401) });
  expect(accepted.status).toBe(204);
  expect([refused.status, errorOf(refused)]).toEqual([413, tooLarge]);
  expect(server.totals).toEqual({ accepted: 1, refused: 1, heartbeats: 0 });
});

test("has no such limit for heartbeats, up to the proxy's 1 MiB", function* () {
  const server = yield* useObservabilityServer();
  const padded = (bytes: number): string => JSON.stringify(heartbeat).padEnd(bytes);
  expect(yield* post(server, "agent/v1/heartbeat", padded(102_401))).toMatchObject({ status: 204 });
  expect(yield* post(server, "agent/v1/heartbeat", padded(1_048_576))).toMatchObject({ status: 204 });
  const refused = yield* post(server, "agent/v1/heartbeat", padded(1_048_577));
  expect([refused.status, refused.headers["content-type"]]).toEqual([413, "text/html"]);
});

test.each(["api", "USER", "Scheduler", "RULES_ENGINE", "unknown"])("takes the event source %s", function* (source) {
  const server = yield* useObservabilityServer();
  expect(yield* post(server, path, runStatus(), { "event-source": source })).toMatchObject({ status: 204 });
  expect(server.events).toMatchObject([{ source: source.toUpperCase() }]);
});

test.each(["", "AGENT", "API,USER"])("refuses the event source %j of an event, not of a heartbeat", function* (source) {
  const server = yield* useObservabilityServer();
  const answer = yield* post(server, path, runStatus(), { "event-source": source });
  const error = "Invalid EVENT-SOURCE. Valid EVENT-SOURCE: API, USER, SCHEDULER, RULES_ENGINE, UNKNOWN.";
  expect([answer.status, errorOf(answer)]).toEqual([400, { error, details: {} }]);
  expect(yield* post(server, "agent/v1/heartbeat", heartbeat, { "event-source": source })).toMatchObject({
    status: 204,
  });
});
