import { spawn } from "effection";
import { DatabricksFaults, databricksFault, useDatabricksServer } from "../../../../testlib/databricks-server/index.ts";
import { describe, expect, suiteClock, test } from "../../../../testlib/index.ts";
import { outcomeOf } from "../observability-server/client.ts";
import { ask } from "./client.ts";

describe("an answer", () => {
  test("can be 429 with Retry-After, in the words of the API", function* ({ databricks }) {
    databricks.faults.next(databricksFault.tooManyRequests(2));
    const { status, headers, body } = yield* ask(databricks, "runs/list");
    expect([status, headers["retry-after"], headers["content-type"]]).toEqual([429, "2", "application/json"]);
    expect(body).toMatchObject({ error_code: "REQUEST_LIMIT_EXCEEDED", message: expect.stringMatching(/rate limit/) });
    expect((yield* ask(databricks, "runs/list")).status).toBe(200);
  });

  test("can be 429 without Retry-After, and 503 with it", function* ({ databricks }) {
    databricks.faults.next(databricksFault.tooManyRequests());
    databricks.faults.next(databricksFault.unavailable(7));
    expect((yield* ask(databricks, "runs/list")).headers).not.toHaveProperty("retry-after");
    const { status, headers, body } = yield* ask(databricks, "runs/list");
    expect([status, headers["retry-after"], body["error_code"]]).toEqual([503, "7", "TEMPORARILY_UNAVAILABLE"]);
  });

  test.each([
    [400, "INVALID_PARAMETER_VALUE"],
    [401, "UNAUTHENTICATED"],
    [403, "PERMISSION_DENIED"],
    [404, "RESOURCE_DOES_NOT_EXIST"],
    [500, "INTERNAL_ERROR"],
  ] as const)("can be %s %s", function* ([status, error_code], { databricks }) {
    databricks.faults.next({ status });
    const answer = yield* ask(databricks, "runs/list");
    expect([answer.status, answer.body]).toEqual([status, { error_code, message: expect.any(String) }]);
  });

  test("can have other words", function* ({ databricks }) {
    databricks.faults.next({ status: 400, errorCode: "MALFORMED_REQUEST", message: "Could not parse it" });
    expect((yield* ask(databricks, "runs/list")).text).toBe(
      '{"error_code":"MALFORMED_REQUEST","message":"Could not parse it"}',
    );
  });

  test("can be a proxy's, in HTML", function* ({ databricks }) {
    databricks.faults.next({ status: 502 });
    const { status, headers, text } = yield* ask(databricks, "runs/list");
    expect([status, headers["content-type"]]).toEqual([502, "text/html"]);
    expect(text).toContain("<h1>502 Bad Gateway</h1>");
  });

  test("can be 200 and a page to sign in", function* ({ databricks }) {
    databricks.faults.next(databricksFault.signInPage());
    const { status, headers, text } = yield* ask(databricks, "runs/list");
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(text).toContain("<h1>Sign in</h1>");
  });

  test("can be late", { clock: suiteClock }, function* ({ clock, databricks }) {
    databricks.faults.latencyMs = 250;
    databricks.faults.next({ delayMs: 1_000 });
    yield* ask(databricks, "runs/list");
    expect(clock.now() - suiteClock.start).toBe(1_250);
    yield* ask(databricks, "runs/list");
    expect(clock.now() - suiteClock.start).toBe(1_500);
  });

  test("can fail to come", function* ({ databricks }) {
    databricks.faults.next({ hang: true });
    const hanging = yield* spawn(() => outcomeOf(ask(databricks, "runs/list")));
    yield* databricks.until(({ total }) => total === 1);
    expect((yield* ask(databricks, "runs/list")).status).toBe(200);
    expect(databricks.inFlight).toBe(1);
    yield* hanging.halt();
    yield* databricks.until(({ inFlight }) => inFlight === 0);
  });

  test.each(["before", "during"] as const)("can be cut off %s it is sent", function* (reset, { databricks }) {
    databricks.start(databricks.jobs.add());
    databricks.faults.next({ reset });
    expect(yield* outcomeOf(ask(databricks, "runs/list"))).toBe("ECONNRESET");
    expect((yield* ask(databricks, "runs/list")).status).toBe(200);
  });

  test("can be half of the JSON", function* ({ databricks }) {
    databricks.start(databricks.jobs.add());
    const { text } = yield* ask(databricks, "runs/list");
    databricks.faults.next({ cut: true });
    const half = yield* ask(databricks, "runs/list");
    expect([half.status, half.text]).toEqual([200, text.slice(0, text.length / 2)]);
  });

  test("can lack fields, wherever they stand", function* ({ databricks }) {
    const run = databricks.start(databricks.jobs.add({ tasks: ["a"] }));
    databricks.faults.next(databricksFault.without("state_message", "end_time", "run_name"));
    const { text } = yield* ask(databricks, "runs/get", { run_id: run.id });
    expect(text).toContain('"life_cycle_state"');
    expect(text).not.toMatch(/state_message|end_time|run_name/);
  });

  test("can have states of tomorrow", function* ({ databricks }) {
    const run = databricks.start(databricks.jobs.add({ tasks: ["a"] }));
    databricks.faults.next(databricksFault.unknownState("HIBERNATING"));
    const state = { state: { life_cycle_state: "HIBERNATING" }, status: { state: "HIBERNATING" } };
    expect((yield* ask(databricks, "runs/get", { run_id: run.id })).body).toMatchObject({ ...state, tasks: [state] });
  });

  test("can have a record that nothing can be made of, before the good ones", function* ({ databricks }) {
    const run = databricks.start(databricks.jobs.add({ name: "good", tasks: ["a"] }));
    databricks.faults.next(databricksFault.strayRecord(null), 2);
    expect((yield* ask(databricks, "runs/list")).body["runs"]).toMatchObject([null, { run_name: "good" }]);
    const { body } = yield* ask(databricks, "runs/get", { run_id: run.id });
    expect(body["tasks"]).toMatchObject([null, { task_key: "a" }]);
  });

  test("can be edited at will, by what was asked", function* ({ databricks }) {
    databricks.faults.next({ edit: (body, { query }) => ({ ...body, asked: query["limit"] ?? null }) });
    expect((yield* ask(databricks, "runs/list", { limit: 3 })).body).toEqual({ has_more: false, asked: "3" });
  });
});

describe("pages", () => {
  test("can lead back to themselves", function* ({ databricks }) {
    const job = databricks.jobs.add();
    for (const name of ["1", "2", "3"]) databricks.start(job, { name, at: Number(name) + Date.now() - 100 });
    const end = databricks.faults.always(databricksFault.loopingPageToken());
    const first = yield* ask(databricks, "runs/list", { limit: 2 });
    const second = yield* ask(databricks, "runs/list", { limit: 2, page_token: first.nextToken });
    const third = yield* ask(databricks, "runs/list", { limit: 2, page_token: second.nextToken });
    const names = [first, second, third].map(({ runs }) => runs.map(({ run_name }) => run_name));
    expect(names).toEqual([
      ["3", "2"],
      ["3", "2"],
      ["3", "2"],
    ]);
    expect(third.nextToken).toBe(second.nextToken);
    end();
    expect((yield* ask(databricks, "runs/list", { limit: 2 })).nextToken).not.toBe(first.nextToken);
  });

  test("can be empty, and yet there is more", function* ({ databricks }) {
    const job = databricks.jobs.add();
    for (const name of ["1", "2", "3"]) databricks.start(job, { name, at: Number(name) + Date.now() - 100 });
    databricks.faults.next(databricksFault.emptyPage(), 1, { where: ({ query }) => "page_token" in query });
    const first = yield* ask(databricks, "runs/list", { limit: 2 });
    const empty = yield* ask(databricks, "runs/list", { limit: 2, page_token: first.nextToken });
    expect(empty.body).toEqual({ has_more: true, next_page_token: first.nextToken });
    const last = yield* ask(databricks, "runs/list", { limit: 2, page_token: empty.nextToken });
    expect(last.runs).toMatchObject([{ run_name: "1" }]);
  });
});

describe("a fault is met", () => {
  const statuses = function* (databricks: Parameters<typeof ask>[0], count: number, path = "runs/list") {
    const found: number[] = [];
    for (let request = 0; request < count; request++) found.push((yield* ask(databricks, path)).status);
    return found;
  };

  test("by the next requests, in the order in which faults were given", function* ({ databricks }) {
    databricks.faults.next({ status: 500 });
    databricks.faults.next({ status: 502 }, 2);
    expect(yield* statuses(databricks, 4)).toEqual([500, 502, 502, 200]);
  });

  test("by each third request", function* ({ databricks }) {
    databricks.faults.every(3, { status: 500 });
    expect(yield* statuses(databricks, 7)).toEqual([200, 200, 500, 200, 200, 500, 200]);
  });

  test("until it is ended", function* ({ databricks }) {
    const end = databricks.faults.always({ status: 500 });
    expect(yield* statuses(databricks, 2)).toEqual([500, 500]);
    end();
    expect(yield* statuses(databricks, 1)).toEqual([200]);
  });

  test("by requests for one thing, or those that are picked", function* ({ databricks }) {
    databricks.faults.next({ status: 502 }, 1, { endpoint: "jobs/list" });
    databricks.faults.next({ status: 504 }, 1, { where: ({ version }) => version === "2.1" });
    expect(yield* statuses(databricks, 1)).toEqual([200]);
    expect(yield* statuses(databricks, 2, "list")).toEqual([502, 200]);
    expect((yield* ask(databricks, "runs/list", {}, { version: "2.1" })).status).toBe(504);
  });

  test("not by requests for what is not there", function* ({ databricks }) {
    databricks.faults.next({ status: 500 });
    expect((yield* ask(databricks, "nowhere")).status).toBe(404);
    expect(yield* statuses(databricks, 2)).toEqual([500, 200]);
  });

  test("until the time is over that it says", { clock: suiteClock }, function* ({ clock, databricks }) {
    databricks.faults.throttle(45);
    yield* clock.advance(14_500);
    const { status, headers } = yield* ask(databricks, "runs/list");
    expect([status, headers["retry-after"]]).toEqual([429, "31"]);
    yield* clock.advance(30_499);
    expect(yield* statuses(databricks, 1)).toEqual([429]);
    yield* clock.advance(1);
    expect(yield* statuses(databricks, 1)).toEqual([200]);
  });

  test("from the start, and not after clear", function* () {
    const faults = new DatabricksFaults();
    faults.always({ status: 500 });
    faults.latencyMs = 1;
    const databricks = yield* useDatabricksServer({ faults });
    expect(yield* statuses(databricks, 1)).toEqual([500]);
    faults.clear();
    expect([yield* statuses(databricks, 1), faults.latencyMs]).toEqual([[200], 0]);
  });
});

test("connections can be refused, and let in again at the same address", function* ({ databricks }) {
  databricks.faults.next({ hang: true });
  const cut = yield* spawn(() => outcomeOf(ask(databricks, "runs/list")));
  yield* databricks.until(({ inFlight }) => inFlight === 1);
  const accept = databricks.refuseConnections();
  expect(yield* cut).toBe("ECONNRESET");
  expect(yield* outcomeOf(ask(databricks, "runs/list"))).toBe("ECONNREFUSED");
  accept();
  accept();
  expect((yield* ask(databricks, "runs/list")).status).toBe(200);
});
