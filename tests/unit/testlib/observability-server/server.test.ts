import { scoped, spawn, until } from "effection";
import { expect, test, thrownBy } from "../../../../testlib/index.ts";
import { useObservabilityServer } from "../../../../testlib/observability-server/index.ts";
import { heartbeat, outcomeOf, post, runStatus, send } from "./client.ts";

const path = "events/v1/run-status";

test("keeps events in the order of their arrival, and counts requests of every kind", function* () {
  const server = yield* useObservabilityServer();
  const before = Date.now();
  for (const run_key of ["r1", "r2", "r3"]) yield* post(server, path, runStatus({ run_key }));
  yield* post(server, "agent/v1/heartbeat", heartbeat);
  yield* post(server, path, {});
  yield* send(server, { method: "GET", path: "agent/livez" });
  expect(server.events.map(({ sequence, body }) => [sequence, body["run_key"]])).toEqual([
    [1, "r1"],
    [2, "r2"],
    [3, "r3"],
  ]);
  expect(server.events.every(({ receivedAt }) => receivedAt >= before && receivedAt <= Date.now())).toBe(true);
  expect(server.totals).toEqual({ accepted: 3, refused: 1, heartbeats: 1 });
  expect(server.requests).toBe(6);
});

test("keeps no more than a quarter over the newest maxKept, and counts all", function* () {
  const server = yield* useObservabilityServer({ maxKept: 4 });
  for (let run = 1; run <= 7; run++) yield* post(server, path, runStatus({ run_key: `r${run}` }));
  expect(server.events.map(({ body }) => body["run_key"])).toEqual(["r3", "r4", "r5", "r6", "r7"]);
  expect(server.totals.accepted).toBe(7);
});

test("feeds its model", function* () {
  const server = yield* useObservabilityServer();
  yield* post(server, path, runStatus({ status: "FAILED" }));
  yield* post(server, "agent/v1/heartbeat", heartbeat);
  expect(server.model.run("orders", "r1")?.state.status).toBe("FAILED");
  expect(server.model.alerts).toMatchObject([{ kind: "FAILED", runKey: "r1" }]);
  expect(server.model.agents).toMatchObject([heartbeat]);
});

test("until waits for what arrives, and returns at once when it is there", function* () {
  const server = yield* useObservabilityServer();
  const waiting = yield* spawn(function* () {
    yield* server.until(({ events }) => events.length === 2);
    return server.events.length;
  });
  yield* post(server, path, runStatus());
  yield* post(server, path, runStatus());
  expect(yield* waiting).toBe(2);
  yield* server.until(({ totals }) => totals.accepted === 2);
});

test("until throws what its question throws", function* () {
  const server = yield* useObservabilityServer();
  const error = yield* thrownBy(() =>
    server.until(() => {
      throw new Error("odd question");
    }),
  );
  expect(error).toEqual(new Error("odd question"));
});

test("stops with its scope: nobody listens, open connections and hanging requests end", function* () {
  const hanging = yield* scoped(function* () {
    const server = yield* useObservabilityServer();
    server.faults.next({ hang: "before" });
    const outcome = until(fetch(server.url + path, { method: "POST" }).then(String, () => "dropped"));
    const live = yield* until(fetch(`${server.pageUrl}page/live`));
    yield* server.until(({ requests }) => requests === 1);
    return { url: server.url, outcome, live };
  });
  expect(yield* hanging.outcome).toBe("dropped");
  expect(yield* until(hanging.live.text().then(String, () => "dropped"))).toBe("dropped");
  expect(yield* outcomeOf(send({ url: hanging.url }, { path }))).toBe("ECONNREFUSED");
});

test("stops while answers still wait for their latency", function* () {
  const dropped = yield* scoped(function* () {
    const server = yield* useObservabilityServer();
    server.faults.latencyMs = 3_600_000;
    const outcome = until(
      fetch(server.url + path, { method: "POST", headers: { serviceaccountauthenticationkey: "wrong" } }).then(
        String,
        () => "dropped",
      ),
    );
    yield* server.until(({ refused }) => refused.length === 1);
    return outcome;
  });
  expect(yield* dropped).toBe("dropped");
});

test("goes offline, and is there again at the same address with all that it had", function* () {
  const server = yield* useObservabilityServer();
  yield* post(server, path, runStatus());
  server.faults.next({ hang: "before" });
  const hanging = yield* spawn(() => outcomeOf(post(server, path, runStatus())));
  yield* server.until(({ requests }) => requests === 2);
  yield* server.goOffline();
  yield* server.goOffline();
  expect(yield* hanging).toBe("ECONNRESET");
  expect(yield* outcomeOf(post(server, path, runStatus()))).toBe("ECONNREFUSED");
  yield* server.goOnline();
  yield* server.goOnline();
  expect((yield* post(server, path, runStatus())).status).toBe(204);
  expect(server.totals.accepted).toBe(2);
});

test("shows each accepted event, the request that brought it, and what becomes of the answer", function* () {
  const seen: [event: number, url: string | undefined, answer: string][] = [];
  const server = yield* useObservabilityServer({
    onAccepted: ({ sequence }, response) =>
      response.once("close", () =>
        seen.push([sequence, response.req.url, response.writableFinished ? "given" : "lost"]),
      ),
  });
  yield* post(server, `${path}?life=1`, runStatus());
  server.faults.next({ reset: "after" });
  yield* outcomeOf(post(server, `${path}?life=2`, runStatus()));
  yield* post(server, path, {});
  expect(seen).toEqual([
    [1, `/api/${path}?life=1`, "given"],
    [2, `/api/${path}?life=2`, "lost"],
  ]);
});

test("says that a port is taken", function* () {
  const first = yield* useObservabilityServer();
  const port = Number(new URL(first.url).port);
  expect(yield* thrownBy(() => scoped(() => useObservabilityServer({ port })))).toMatchObject({
    code: "E_LISTEN",
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
});

test("lists an address for browsers when it listens everywhere", function* () {
  const server = yield* useObservabilityServer({ host: "0.0.0.0" });
  expect(server.url).toMatch(/^http:\/\/localhost:\d+\/api\/$/);
});
