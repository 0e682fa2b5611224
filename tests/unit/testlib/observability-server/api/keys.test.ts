import { expect, test } from "../../../../../testlib/index.ts";
import { allowBoth, useObservabilityServer } from "../../../../../testlib/observability-server/index.ts";
import { errorOf, heartbeat, post, runStatus, send } from "../client.ts";

const invalidKey = { error: "Invalid service account key", details: {} };
const notAuthorized = {
  error:
    "The server could not verify that you are authorized to access the URL requested. You either supplied the wrong credentials (e.g. a bad password), or your browser doesn't understand how to supply the credentials required.",
  details: {},
};

test.each(["events/v1/run-status", "agent/v1/heartbeat", "no/such/path", "events/livez"])(
  "refuses a wrong key with 401 A, whatever the path: %s",
  function* (path) {
    const server = yield* useObservabilityServer();
    const answer = yield* post(server, path, runStatus(), { serviceaccountauthenticationkey: "wrong" });
    expect(answer.status).toBe(401);
    expect(errorOf(answer)).toEqual(invalidKey);
  },
);

test("refuses an empty key with 401 A", function* () {
  const server = yield* useObservabilityServer();
  const answer = yield* post(server, "events/v1/run-status", runStatus(), { serviceaccountauthenticationkey: "" });
  expect([answer.status, errorOf(answer)]).toEqual([401, invalidKey]);
});

test.each(["constructor", "__proto__", "toString"])("does not take %s for a key", function* (key) {
  const server = yield* useObservabilityServer();
  const answer = yield* post({ ...server, key }, "events/v1/run-status", runStatus());
  expect([answer.status, errorOf(answer)]).toEqual([401, invalidKey]);
});

test("refuses a request without key with 401 B on a known path, 404 on another", function* () {
  const server = yield* useObservabilityServer();
  const headers = { "content-type": "application/json", authorization: `Bearer ${server.key}` };
  const known = yield* send(server, { path: "events/v1/run-status", headers, body: JSON.stringify(runStatus()) });
  expect([known.status, errorOf(known)]).toEqual([401, notAuthorized]);
  expect(yield* send(server, { path: "events/v1/nothing", headers })).toMatchObject({ status: 404 });
});

test("takes the header whatever the case of its name", function* () {
  const server = yield* useObservabilityServer();
  const headers = { ServiceAccountAuthenticationKey: server.key, "Content-Type": "application/json" };
  const sent = { path: "events/v1/run-status", headers, body: JSON.stringify(runStatus()) };
  expect(yield* send(server, sent)).toMatchObject({ status: 204 });
});

test("lets a key into its own services only, with 401 B for the other", function* () {
  const keys = { events: ["EVENTS_API"], agent: ["AGENT_API"], inactive: [] } as const;
  const server = yield* useObservabilityServer({ keys });
  const statuses: number[] = [];
  for (const key of Object.keys(keys)) {
    statuses.push((yield* post({ ...server, key }, "events/v1/run-status", runStatus())).status);
    statuses.push((yield* post({ ...server, key }, "agent/v1/heartbeat", heartbeat)).status);
  }
  expect(statuses).toEqual([204, 401, 401, 204, 401, 401]);
  expect(server.refused.map(({ error }) => error)).toEqual(Array(4).fill(notAuthorized.error));
});

test("serves several keys; the first is the server's own", function* () {
  const server = yield* useObservabilityServer({ keys: allowBoth("one", "two") });
  expect(server.key).toBe("one");
  expect(yield* post({ ...server, key: "two" }, "events/v1/run-status", runStatus())).toMatchObject({ status: 204 });
});
