import { expect, test } from "../../../../../testlib/index.ts";
import { useObservabilityServer } from "../../../../../testlib/observability-server/index.ts";
import { type Sent, send } from "../client.ts";

/** Each request has every fault from its own on; each check must speak before the later ones. */
const tooLargeAndNoJson = "x".repeat(102_401);
const source = { "event-source": "nobody" };
const cases: readonly (readonly [string, (key: string) => Sent, number, string])[] = [
  [
    "a wrong key before an unknown path",
    () => ({ path: "nowhere", headers: { serviceaccountauthenticationkey: "wrong" } }),
    401,
    "Invalid service account key",
  ],
  [
    "an unknown path before a missing key",
    () => ({ path: "events/v1/nowhere", body: tooLargeAndNoJson }),
    404,
    "The requested URL",
  ],
  [
    "a missing key before the size",
    () => ({ path: "events/v1/run-status", body: tooLargeAndNoJson }),
    401,
    "The server could not",
  ],
  [
    "the size before the content type",
    (key) => ({
      path: "events/v1/run-status",
      headers: { serviceaccountauthenticationkey: key },
      body: tooLargeAndNoJson,
    }),
    413,
    "Request Entity Too Large",
  ],
  [
    "the content type before the syntax",
    (key) => ({
      path: "events/v1/run-status",
      headers: { serviceaccountauthenticationkey: key, ...source },
      body: "{",
    }),
    400,
    "Invalid content-type.",
  ],
  ["the syntax before the schema", (key) => json(key, "{"), 400, "The browser (or proxy)"],
  ["the schema before the source", (key) => json(key, "{}"), 400, "Invalid request:"],
  [
    "the source last",
    (key) => json(key, '{"pipeline_key":"p","run_key":"r","status":"RUNNING"}'),
    400,
    "Invalid EVENT-SOURCE.",
  ],
];

const json = (key: string, body: string): Sent => ({
  path: "events/v1/run-status",
  headers: { serviceaccountauthenticationkey: key, "content-type": "application/json", ...source },
  body,
});

test.each(cases)("checks %s", function* ([, sent, status, error]) {
  const server = yield* useObservabilityServer();
  const answer = yield* send(server, sent(server.key));
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toEqual({ error: expect.stringContaining(error), details: {} });
  expect(server.totals).toEqual({ accepted: 0, refused: 1, heartbeats: 0 });
});
