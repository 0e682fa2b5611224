import { all, scoped, spawn, until } from "effection";
import { useDatabricksServer } from "../../../../testlib/databricks-server/index.ts";
import { expect, suiteClock, test, thrownBy } from "../../../../testlib/index.ts";
import { outcomeOf, send } from "../observability-server/client.ts";
import { ask } from "./client.ts";

test("knows its requests: what was asked, how, by whom, and what came of it", { clock: suiteClock }, function* ({
  clock,
  databricks,
}) {
  yield* ask(databricks, "runs/list", { limit: 2, page_token: "x=" });
  yield* clock.advance(1_000);
  yield* ask(databricks, "get", { job_id: 3 }, { version: "2.1", authorization: undefined });
  yield* send(databricks, { method: "GET", path: "favicon.ico" });
  expect(databricks.requests).toEqual([
    {
      sequence: 1,
      receivedAt: suiteClock.start,
      method: "GET",
      path: "/api/2.2/jobs/runs/list",
      query: { limit: "2", page_token: "x=" },
      endpoint: "runs/list",
      version: "2.2",
      authorization: `Bearer ${databricks.auth.token}`,
      status: 400,
    },
    {
      sequence: 2,
      receivedAt: suiteClock.start + 1_000,
      method: "GET",
      path: "/api/2.1/jobs/get",
      query: { job_id: "3" },
      endpoint: "jobs/get",
      version: "2.1",
      status: 401,
    },
    {
      sequence: 3,
      receivedAt: suiteClock.start + 1_000,
      method: "GET",
      path: "/favicon.ico",
      query: {},
      status: 404,
    },
  ]);
});

test("counts requests under way, and the most there were at a time", { clock: suiteClock }, function* ({
  clock,
  databricks,
}) {
  databricks.faults.latencyMs = 1_000;
  const asked = yield* spawn(() => all([1, 2, 3].map(() => ask(databricks, "runs/list"))));
  yield* databricks.until(({ total }) => total === 3);
  expect([databricks.inFlight, databricks.maxInFlight]).toEqual([3, 3]);
  yield* asked;
  yield* ask(databricks, "runs/list");
  yield* databricks.until(({ inFlight }) => inFlight === 0);
  expect([databricks.inFlight, databricks.maxInFlight, databricks.total]).toEqual([0, 3, 4]);
  expect(clock.now()).toBe(suiteClock.start + 2_000);
});

test("keeps no more than a quarter over the newest maxKept requests, and counts all", function* () {
  const databricks = yield* useDatabricksServer({ maxKept: 4 });
  for (let request = 1; request <= 7; request++) yield* ask(databricks, "runs/list");
  expect(databricks.requests.map(({ sequence }) => sequence)).toEqual([3, 4, 5, 6, 7]);
  expect(databricks.total).toBe(7);
});

test("until throws what its question throws", function* ({ databricks }) {
  const error = yield* thrownBy(() =>
    databricks.until(() => {
      throw new Error("odd question");
    }),
  );
  expect(error).toEqual(new Error("odd question"));
});

test("has a clock of its own, and says its time in each answer", { clock: suiteClock }, function* ({ clock }) {
  const hour = 3_600_000;
  const databricks = yield* useDatabricksServer({ skewMs: -hour });
  const run = databricks.start(databricks.jobs.add());
  const asked = yield* ask(databricks, "runs/get", { run_id: run.id });
  expect(asked.headers["date"]).toBe("Thu, 30 Apr 2026 23:00:00 GMT");
  expect([asked.body["start_time"], databricks.now()]).toEqual([suiteClock.start - hour, suiteClock.start - hour]);
  yield* clock.advance(5_000);
  databricks.skewMs = hour;
  const refused = yield* ask(databricks, "runs/get", {}, { authorization: undefined });
  expect(refused.headers["date"]).toBe("Fri, 01 May 2026 01:00:05 GMT");
  databricks.faults.next({ status: 500 });
  expect((yield* ask(databricks, "runs/list")).headers["date"]).toBe("Fri, 01 May 2026 01:00:05 GMT");
});

test("can be set by another clock, and what has happened stays when that is set back", {
  clock: suiteClock,
}, function* ({ clock }) {
  let aheadMs = 3_600_000;
  const databricks = yield* useDatabricksServer({ clock: { now: () => clock.now() + aheadMs } });
  const run = databricks.start(databricks.jobs.add()).windDown({ afterMs: 1_000 });
  yield* clock.advance(1_000);
  aheadMs = 0;
  const { headers, body } = yield* ask(databricks, "runs/get", { run_id: run.id });
  expect(headers["date"]).toBe("Fri, 01 May 2026 00:00:01 GMT");
  expect(body).toMatchObject({ start_time: suiteClock.start + 3_600_000, state: { life_cycle_state: "TERMINATING" } });
});

test("lets nothing wait for its answer that virtual time would have to pass for", { clock: suiteClock }, function* ({
  clock,
  databricks,
}) {
  databricks.start(databricks.jobs.add({ tasks: Array.from({ length: 500 }, (_, index) => `t${index}`) }));
  const asked = yield* clock.held(ask(databricks, "runs/list", { expand_tasks: true }, { version: "2.1" }));
  expect([asked.status, asked.text.length > 100_000]).toEqual([200, true]);
});

test("stops with its scope: nobody listens, and who waits is dropped", function* () {
  const { url, outcome } = yield* scoped(function* () {
    const databricks = yield* useDatabricksServer();
    databricks.faults.next({ hang: true });
    databricks.faults.latencyMs = 3_600_000;
    const outcome = until(fetch(`${databricks.url}api/2.1/jobs/list`).then(String, () => "dropped"));
    yield* databricks.until(({ total }) => total === 1);
    return { url: databricks.url, outcome };
  });
  expect(yield* outcome).toBe("dropped");
  expect(yield* outcomeOf(send({ url }, { path: "" }))).toBe("ECONNREFUSED");
});

test("stops also while it refuses connections", function* () {
  const url = yield* scoped(function* () {
    const databricks = yield* useDatabricksServer();
    databricks.refuseConnections();
    return databricks.url;
  });
  expect(yield* outcomeOf(send({ url }, { path: "" }))).toBe("ECONNREFUSED");
});

test("says that a port is taken", function* ({ databricks: { port } }) {
  expect(yield* thrownBy(() => scoped(() => useDatabricksServer({ port })))).toMatchObject({
    code: "E_LISTEN",
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
});

test("has an address for this machine when it listens everywhere", function* () {
  const databricks = yield* useDatabricksServer({ host: "0.0.0.0" });
  expect(databricks.url).toBe(`http://localhost:${databricks.port}/`);
});
