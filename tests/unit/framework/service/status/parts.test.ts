import { sleep, until } from "effection";
import { openMemoryChannel } from "../../../../../framework/core/index.ts";
import { describe, expect, test } from "../../../../../testlib/index.ts";
import { AgentError } from "../../../../../toolkit/errors.ts";
import { orderingKey, runStatusEvent } from "../../../../../toolkit/observability/index.ts";
import { booksOf, letterOf, serve } from "../support.ts";
import { useStatus } from "./stream.ts";

describe("what the page is told", () => {
  test("who the agent is, and whether it is ready", function* ({ clock: _ }) {
    const { url, monitor, shutdown } = yield* serve();
    const stream = yield* useStatus(url);
    const facts = { type: "acme", key: "warehouse-agent", version: "3.0.0", node: process.version, startedAtMs: 0 };
    expect((yield* stream.next())["agent"]).toEqual({ ...facts, state: "ready", reasons: [] });
    monitor.health.degraded("acme", "It is closed.");
    const reasons = [{ subject: "acme", reason: "It is closed." }];
    expect((yield* stream.next())["agent"]).toEqual({ ...facts, state: "not-ready", reasons });
    shutdown.request();
    expect((yield* stream.next())["agent"]).toMatchObject({ state: "stopping" });
  });

  test("each loop: where it runs, what it does, when it does it again, and its last error", function* ({ clock: _ }) {
    const { url, monitor } = yield* serve();
    const poll = monitor.openLoop("acme.poll", ["source", "pages"]);
    poll.every(5_000);
    poll.started();
    yield* sleep(10);
    poll.failed(new AgentError("E_HTTP_STATUS", "The tool answered 503."));
    poll.nextAt(5_000.4);
    const forward = monitor.openLoop("acme.forward", []);
    forward.succeeded();
    const [first, second] = Object.values(Object((yield* (yield* useStatus(url)).next())["loops"]));
    expect(first).toEqual({
      id: "source/pages/acme.poll#1",
      name: "acme.poll",
      path: ["source", "pages"],
      state: "failing",
      periodMs: 5_000,
      nextAtMs: 5_000,
      successes: 0,
      failures: 1,
      failuresInARow: 1,
      lastError: { atMs: 10, code: "E_HTTP_STATUS", message: "The tool answered 503." },
    });
    expect(second).toMatchObject({ id: "acme.forward#1", state: "receiving", successes: 1, lastSuccessAtMs: 10 });
  });

  test("two loops of one name, each with an id of its own that stays", function* ({ clock: _ }) {
    const { url, monitor } = yield* serve();
    const loops = [monitor.openLoop("acme.poll", []), monitor.openLoop("acme.poll", [])];
    const stream = yield* useStatus(url);
    const ids = (message: Record<string, unknown>) =>
      Object.values(Object(message["loops"])).map((loop) => Object(loop).id);
    expect(ids(yield* stream.next())).toEqual(["acme.poll#1", "acme.poll#2"]);
    loops[1]?.succeeded();
    expect(ids(yield* stream.next())).toEqual(["acme.poll#1", "acme.poll#2"]);
  });

  test.each([
    ["late", 61_000],
    ["waiting", 0],
  ] as const)("a periodic loop that is %s", function* ([state, ms], { clock }) {
    const { url, monitor } = yield* serve();
    const poll = monitor.openLoop("acme.poll", []);
    poll.every(1_000);
    poll.started();
    poll.succeeded();
    yield* clock.advance(ms);
    expect((yield* (yield* useStatus(url)).next())["loops"]).toMatchObject([{ state }]);
  });

  test("loops that run, have a connection, have none, and have ended", function* ({ clock: _ }) {
    const { url, monitor } = yield* serve();
    const running = monitor.openLoop("running", []);
    running.every(1_000);
    running.started();
    monitor.openLoop("connected", []).connected();
    monitor.openLoop("connecting", []).disconnected();
    monitor.endLoop(monitor.openLoop("ended", []));
    const loops: unknown = (yield* (yield* useStatus(url)).next())["loops"];
    expect(loops).toMatchObject(["running", "connected", "connecting", "ended"].map((name) => ({ name, state: name })));
  });

  test("of loops of one place, those that run; those that have ended only when none does", function* ({ clock: _ }) {
    const { url, monitor } = yield* serve();
    for (const name of ["before", "before", "only once"]) monitor.endLoop(monitor.openLoop(name, ["a"]));
    monitor.openLoop("before", ["a"]);
    monitor.openLoop("before", ["b"]);
    const shown = Object.values(Object((yield* (yield* useStatus(url)).next())["loops"]));
    expect(shown.map((loop) => `${Object(loop).id} ${Object(loop).state}`)).toEqual([
      "a/before#1 receiving",
      "b/before#1 receiving",
      "a/only once#1 ended",
    ]);
  });

  test("channels, the books and the deepest lanes", function* ({ clock: _ }) {
    const { url, monitor, delivery } = yield* serve();
    const [bounded] = openMemoryChannel<number>(5);
    const [unbounded] = openMemoryChannel<number>(Number.POSITIVE_INFINITY);
    bounded.sendNowait(1);
    monitor.watchChannel({ name: "numbers", statistics: () => bounded.statistics() });
    monitor.watchChannel({ name: "others", statistics: () => unbounded.statistics() });
    delivery.books = booksOf({ emitted: 9, acknowledged: 7, queued: 2, oldestQueuedAt: 0 });
    delivery.waiting = Array.from({ length: 40 }, (_, i) => ({ lane: `run ${i}`, count: 40 - i, oldest: 0 }));
    const message = yield* (yield* useStatus(url)).next();
    expect(message["channels"]).toEqual([
      { name: "numbers", capacity: 5, bufferUsed: 1, peakBufferUsed: 1, sendersWaiting: 0 },
      { name: "others", capacity: null, bufferUsed: 0, peakBufferUsed: 0, sendersWaiting: 0 },
    ]);
    const { emitted: _emitted, ...books } = delivery.books;
    expect(message["delivery"]).toEqual({ ...books, lanes: delivery.waiting.slice(0, 12) });
  });

  test("the latest events, the dead letters and the settings", function* ({ clock: _ }) {
    const settings = [{ section: "core", key: "agent_key", value: '"warehouse-agent"', where: "DK_AGENT_KEY" }];
    const { url, monitor, delivery } = yield* serve({ settings: () => settings, replayEnabled: true });
    monitor.trail.note("run-status", "orders/1", "delivered", 204);
    delivery.letters = [letterOf(7, { body: "x".repeat(10_000) })];
    const message = yield* (yield* useStatus(url)).next();
    const event = { number: 1, atMs: 0, type: "run-status", lane: "orders/1", fate: "delivered", status: 204 };
    const { queuedAt: _queuedAt, ...letter } = letterOf(7, { body: `${"x".repeat(599)}…` });
    expect(message).toMatchObject({ events: [event], settings });
    expect(message["deadLetters"]).toEqual({ replayEnabled: true, list: [letter], isCut: false });
  });

  test("lanes by what they are of, instead of by the key that sorts them", function* ({ clock: _ }) {
    const { url, monitor, delivery } = yield* serve();
    const lane = orderingKey(runStatusEvent({ pipeline_key: "Orders", run_key: "901", status: "RUNNING" }));
    monitor.trail.note("run-status", lane, "delivered", 204);
    delivery.waiting = [{ lane, count: 1, oldest: 0 }];
    delivery.letters = [letterOf(1, { lane })];
    const message = yield* (yield* useStatus(url)).next();
    const named = { lane: "run orders / 901" };
    expect(message).toMatchObject({ events: [named], delivery: { lanes: [named] }, deadLetters: { list: [named] } });
  });

  test("what sources watch, how much of it, and no secret in it", function* ({ clock: _ }) {
    const { url, monitor, redactor } = yield* serve();
    redactor.add("correct-horse");
    const items = Array.from({ length: 250 }, (_, i) => ({ name: `run ${i} correct-horse`, state: "RUNNING" }));
    const forget = monitor.watchList({ name: "runs", items: () => items });
    const stream = yield* useStatus(url);
    const [list] = Object.values(Object((yield* stream.next())["watched"]));
    expect(list).toMatchObject({ name: "runs", count: 250 });
    expect(Object(list).items).toHaveLength(200);
    expect(Object(list).items[0]).toEqual({ name: "run 0 **********", state: "RUNNING" });
    forget();
    expect((yield* stream.next())["watched"]).toEqual([]);
  });

  test("the settings of the moment, which may be read again", function* ({ clock: _ }) {
    let value = '"old"';
    const { url } = yield* serve({ settings: () => [{ section: "acme", key: "name", value, where: "default" }] });
    const stream = yield* useStatus(url);
    expect((yield* stream.next())["settings"]).toMatchObject([{ value: '"old"' }]);
    value = '"new"';
    expect((yield* stream.next())["settings"]).toMatchObject([{ value: '"new"' }]);
  });

  test("no secret, wherever it stands", function* ({ clock: _ }) {
    const secret = "correct-horse-battery";
    const settings = [{ section: "acme", key: "url", value: `"https://a.example/?key=${secret}"`, where: "default" }];
    const { url, monitor, delivery, redactor } = yield* serve({ settings: () => settings });
    redactor.add(secret);
    monitor.openLoop("acme.poll", []).failed(new Error(`${"x".repeat(390)} ${secret}`));
    monitor.health.degraded("acme", `${secret} is refused.`);
    monitor.trail.note("run-status", secret, "delivered", 204);
    delivery.letters = [letterOf(1, { lane: secret, answer: secret, body: `{"a":"${secret}"}` })];
    delivery.waiting = [{ lane: secret, count: 1, oldest: 0 }];
    const message = JSON.stringify(yield* (yield* useStatus(url)).next());
    expect(message.match(/\*{10}/g)?.length).toBeGreaterThanOrEqual(6);
    expect(message).not.toMatch(/correct|horse/);
  });

  test("how fast it was delivered, and how old the queue was", function* ({ clock }) {
    const { url, delivery } = yield* serve();
    expect((yield* (yield* useStatus(url)).next())["history"]).toEqual({ periodMs: 5_000, samples: [] });
    delivery.books = booksOf({ acknowledged: 10, queued: 1, inFlight: 2, oldestQueuedAt: clock.now() - 2_000 });
    yield* clock.advance(5_000);
    expect((yield* (yield* useStatus(url)).next())["history"]).toEqual({
      periodMs: 5_000,
      samples: [{ perSecond: 2, oldestSeconds: 7, backlog: 3 }],
    });
  });
});

test("who only asks for the head of the stream does not become a viewer", function* () {
  const { url } = yield* serve();
  for (let i = 0; i < 20; i++) {
    expect((yield* until(fetch(`${url}live`, { method: "HEAD" }))).status).toBe(200);
  }
  expect((yield* useStatus(url)).status).toBe(200);
});

test("a browser too many is told so", function* () {
  const { url } = yield* serve();
  for (let i = 0; i < 16; i++) yield* (yield* useStatus(url)).next();
  expect((yield* useStatus(url)).status).toBe(503);
});
