import { spawn } from "effection";
import { DEFAULT_RETRY } from "../../../../../framework/http/index.ts";
import { afterEach, beforeEach, describe, expect, test, thrownBy, vi } from "../../../../../testlib/index.ts";
import { useClient } from "../support/clients.ts";
import { type Answer, answerJson, answerStatus } from "../support/servers.ts";
import { useTimedServer } from "./support.ts";

// Half of each back-off: 250, 500, 1000 ms.
beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const ok = answerJson({ fine: true });
const cutOff: Answer = (response) => response.destroy();

describe("which replies are sent again", () => {
  test.each([408, 425, 429, 500, 502, 503, 504])("%d is", function* (status, { clock }) {
    const server = yield* useTimedServer(answerStatus(status), ok);
    const client = yield* useClient(server.url);
    expect(yield* client.getJson("x")).toEqual({ fine: true });
    expect(server.times).toEqual([0, 250]);
    expect(clock.now()).toBe(250);
  });

  test.each([400, 401, 403, 404, 405, 409, 410, 413, 422, 501, 505])("%d is not", function* (status) {
    const server = yield* useTimedServer(answerStatus(status), ok);
    const client = yield* useClient(server.url);
    expect(yield* thrownBy(() => client.getJson("x"))).toMatchObject({ code: "E_HTTP_STATUS", status });
    expect(server.received).toHaveLength(1);
  });

  test("a connection that breaks is, too", function* ({ clock }) {
    const server = yield* useTimedServer(cutOff, cutOff, ok);
    const client = yield* useClient(server.url);
    expect(yield* client.getJson("x")).toEqual({ fine: true });
    expect(clock.now()).toBe(750);
    expect(server.times).toEqual([0, 250, 750]);
  });

  test("a request that cannot be sent at all is not", function* ({ clock }) {
    const server = yield* useTimedServer(ok);
    const client = yield* useClient(server.url);
    const error = yield* thrownBy(() => client.getJson("x", { headers: { bad: "a\nb" } }));
    expect(error).toMatchObject({ code: "E_HTTP_REQUEST" });
    expect(clock.now()).toBe(0);
  });

  test("a POST is only when that is asked for", function* ({ clock }) {
    const server = yield* useTimedServer(answerStatus(503), answerStatus(503), ok);
    const client = yield* useClient(server.url);
    expect(yield* thrownBy(() => client.postJson("x", {}))).toMatchObject({ status: 503 });
    expect(server.received).toHaveLength(1);
    expect(yield* client.postJson("x", { a: 1 }, { retry: {} })).toEqual({ fine: true });
    expect(server.received.map(({ body }) => body)).toEqual(["{}", '{"a":1}', '{"a":1}']);
    expect(clock.now()).toBe(250);
  });

  test("asked for, other statuses are", function* ({ clock }) {
    const server = yield* useTimedServer(answerStatus(404), answerStatus(503), ok);
    const client = yield* useClient(server.url);
    const retry = { statuses: new Set([404]) };
    expect(yield* thrownBy(() => client.getJson("x", { retry }))).toMatchObject({ status: 503 });
    expect(server.times).toEqual([0, 250]);
    expect(clock.now()).toBe(250);
  });
});

describe("how often, and after which pause", () => {
  test("four requests in all; the last reply is the result, whatever it is", function* ({ clock }) {
    const server = yield* useTimedServer(answerStatus(500), answerStatus(502), answerStatus(503), answerStatus(504));
    const client = yield* useClient(server.url);
    const response = yield* client.request({ method: "GET", path: "x", retry: DEFAULT_RETRY });
    expect(response.status).toBe(504);
    expect(server.times).toEqual([0, 250, 750, 1_750]);
    expect(clock.now()).toBe(1_750);
  });

  test("the last error is thrown", function* ({ clock }) {
    const server = yield* useTimedServer(answerStatus(500), cutOff);
    const client = yield* useClient(server.url);
    const error = yield* thrownBy(() => client.getJson("x", { retry: { attempts: 3 } }));
    expect(error).toMatchObject({ code: "E_HTTP_BROKEN", retryable: true });
    expect(server.times).toEqual([0, 250, 750]);
    expect(clock.now()).toBe(750);
  });

  test("jitter is full and the pause has a bound", function* ({ clock }) {
    const server = yield* useTimedServer(answerStatus(500));
    const client = yield* useClient(server.url);
    const get = () => client.request({ method: "GET", path: "x", retry: { ...DEFAULT_RETRY, attempts: 8 } });
    vi.mocked(Math.random).mockReturnValue(1);
    yield* get();
    expect(server.times).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 25_500, 35_500]);
    vi.mocked(Math.random).mockReturnValue(0.001);
    yield* get();
    expect(clock.now() - 35_500).toBeLessThan(50);
  });
});

describe("rate limits", () => {
  test("429 with Retry-After: 3, then 200: two requests, 3 s apart", function* ({ clock }) {
    const server = yield* useTimedServer(answerStatus(429, { "retry-after": "3" }), ok);
    const client = yield* useClient(server.url);
    expect(yield* client.getJson("x")).toEqual({ fine: true });
    expect(server.times).toEqual([0, 3_000]);
    expect(clock.now()).toBe(3_000);
  });

  test("200 with X-RateLimit-Reset: one request, and the next one does not wait", function* ({ clock }) {
    const server = yield* useTimedServer(answerJson({ fine: true }, 200, { "x-ratelimit-reset": "1714521700" }));
    const client = yield* useClient(server.url);
    yield* client.getJson("x");
    expect(server.received).toHaveLength(1);
    yield* client.getJson("x");
    expect(server.received).toHaveLength(2);
    expect(clock.now()).toBe(0);
  });

  test.each(["0", "-5"])(
    "429 with X-RateLimit-Reset: %s: bounded attempts after the usual pauses",
    function* (reset, { clock }) {
      const server = yield* useTimedServer(answerStatus(429, { "x-ratelimit-reset": reset }));
      const client = yield* useClient(server.url);
      expect(yield* thrownBy(() => client.getJson("x"))).toMatchObject({ status: 429 });
      expect(server.times).toEqual([0, 250, 750, 1_750]);
      expect(clock.now()).toBe(1_750);
    },
  );

  test("429 with an X-RateLimit-Reset in the past: bounded attempts after the usual pauses", {
    clock: { start: 1_714_521_600_000 },
  }, function* ({ clock }) {
    const server = yield* useTimedServer(answerStatus(429, { "x-ratelimit-reset": "1714521000" }));
    const client = yield* useClient(server.url);
    expect(yield* thrownBy(() => client.getJson("x"))).toMatchObject({ status: 429, retryAfterMs: 0 });
    expect(server.times.map((time) => time - 1_714_521_600_000)).toEqual([0, 250, 750, 1_750]);
    expect(clock.now()).toBe(1_714_521_601_750);
  });

  test("503 with a date waits until then; each reply asks anew", function* ({ clock }) {
    const server = yield* useTimedServer(
      answerStatus(503, { "retry-after": "Thu, 01 Jan 1970 00:00:05 GMT" }),
      answerStatus(503, { "retry-after": "2" }),
      ok,
    );
    const client = yield* useClient(server.url);
    yield* client.getJson("x");
    expect(server.times).toEqual([0, 5_000, 7_000]);
    expect(clock.now()).toBe(7_000);
  });

  test.each([
    [20, 20_000],
    [0, 60_000],
  ] as const)(
    "a server cannot ask for more than read_timeout = %d allows: %d ms",
    function* ([read_timeout, waitMs], { clock }) {
      const server = yield* useTimedServer(answerStatus(429, { "retry-after": "86400" }), ok);
      const client = yield* useClient(server.url, { read_timeout });
      yield* client.getJson("x");
      expect(clock.now()).toBe(waitMs);
    },
  );

  test("a 403 with nothing left waits for the reset", function* ({ clock }) {
    const usedUp = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "2" };
    const server = yield* useTimedServer(answerStatus(403, usedUp), ok);
    const client = yield* useClient(server.url);
    yield* client.getJson("x");
    expect(server.times).toEqual([0, 2_000]);
    expect(clock.now()).toBe(2_000);
  });

  test("a success that used up the allowance holds back the next request, and is not sent again", function* ({
    clock,
  }) {
    const usedUp = { "ratelimit-remaining": "0", "ratelimit-reset": "5" };
    const server = yield* useTimedServer(answerJson({ fine: true }, 200, usedUp), ok);
    const client = yield* useClient(server.url);
    yield* client.getJson("a");
    expect(clock.now()).toBe(0);
    yield* clock.advance(1_000);
    yield* client.postJson("b", {}, { retry: { attempts: 1 } });
    yield* client.getJson("c");
    expect(server.received.map(({ url }) => url)).toEqual(["/a", "/b", "/c"]);
    expect(server.times).toEqual([0, 5_000, 5_000]);
  });

  test("who waits for the allowance waits on when another reply moves the moment", function* ({ clock }) {
    const usedUp = (reset: string) =>
      answerJson({ fine: true }, 200, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset });
    const late: Answer = (response) => {
      setTimeout(() => usedUp("9")(response), 1_000);
    };
    const server = yield* useTimedServer(late, usedUp("5"), ok);
    const client = yield* useClient(server.url);
    const slow = yield* spawn(() => client.getJson("slow"));
    yield* clock.advance(0);
    yield* client.getJson("fast");
    yield* client.getJson("next");
    yield* slow;
    expect(server.received.map(({ url }) => url)).toEqual(["/slow", "/fast", "/next"]);
    expect(server.times).toEqual([0, 0, 10_000]);
  });
});

describe("a tool that is busy and says so with 401", () => {
  const busy = answerStatus(401, {}, "Busy, please try again in a bit.");

  test("gets the request again after 0.25, 0.5 and 1 s, and no more", function* ({ clock }) {
    const server = yield* useTimedServer(busy);
    const client = yield* useClient(server.url);
    expect(yield* thrownBy(() => client.getJson("x"))).toMatchObject({ status: 401 });
    expect(server.times).toEqual([0, 250, 750, 1_750]);
    expect(clock.now()).toBe(1_750);
  });

  test("gets a POST as well: a 401 has done nothing", function* ({ clock }) {
    const server = yield* useTimedServer(busy, ok);
    const client = yield* useClient(server.url);
    expect(yield* client.postJson("x", {}, { retry: { attempts: 1 } })).toEqual({ fine: true });
    expect(clock.now()).toBe(250);
  });

  test("what comes after is treated like any other reply", function* ({ clock }) {
    const server = yield* useTimedServer(busy, answerStatus(503, { "retry-after": "4" }), busy, cutOff, ok);
    const client = yield* useClient(server.url);
    expect(yield* client.getJson("x")).toEqual({ fine: true });
    expect(server.times).toEqual([0, 250, 4_250, 4_750, 5_250]);
    expect(clock.now()).toBe(5_250);
  });
});

test("a halt in a pause ends it, and nothing more is sent", function* ({ clock }) {
  const server = yield* useTimedServer(answerStatus(429, { "retry-after": "30" }), ok);
  const client = yield* useClient(server.url);
  const task = yield* spawn(() => client.getJson("x"));
  yield* clock.advance(10_000);
  yield* task.halt();
  yield* clock.advance(60_000);
  expect(server.times).toEqual([0]);
});

test("a halt while the allowance is awaited sends nothing", function* ({ clock }) {
  const usedUp = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "30" };
  const server = yield* useTimedServer(answerJson({}, 200, usedUp), ok);
  const client = yield* useClient(server.url);
  yield* client.getJson("a");
  const task = yield* spawn(() => client.getJson("b"));
  yield* clock.advance(10_000);
  yield* task.halt();
  yield* clock.advance(60_000);
  expect(server.received.map(({ url }) => url)).toEqual(["/a"]);
});

test("each resend is told to whoever debugs, with its reason", function* ({ clock, log }) {
  const server = yield* useTimedServer(answerStatus(503), cutOff, ok);
  const client = yield* useClient(server.url);
  yield* client.getJson("x");
  expect(clock.now()).toBe(750);
  log.expect({ level: "debug", msg: "A request failed; it is sent again.", status: 503, delayMs: 250 });
  log.expect({ level: "debug", delayMs: 500, err: { code: "E_HTTP_BROKEN" } });
});
