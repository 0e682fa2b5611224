import { createServer } from "node:http";
import { connect } from "node:net";
import { ensure, type Operation, resource, scoped, sleep } from "effection";
import { listen, stop, urlOf } from "../../../../../framework/service/listen.ts";
import { Feed } from "../../../../../framework/service/status/feed.ts";
import { afterEach, describe, expect, test, vi } from "../../../../../testlib/index.ts";
import { useStatus } from "./stream.ts";

interface Fed {
  readonly url: string;
  readonly feed: Feed;
  readonly errors: unknown[];
}

/** A server that has nothing but the feed. */
function useFeed(look: () => Readonly<Record<string, unknown>>): Operation<Fed> {
  return resource(function* (provide) {
    const errors: unknown[] = [];
    const feed = new Feed(look, (error) => errors.push(error));
    const server = createServer((_request, response) => feed.add(response));
    yield* listen(server, { host: "127.0.0.1", port: 0 });
    yield* ensure(function* () {
      feed.close();
      yield* stop(server);
    });
    yield* provide({ url: urlOf(server), feed, errors });
  });
}

afterEach(() => void vi.restoreAllMocks());

const partsOf = ({ nowMs: _nowMs, now: _now, ...parts }: Record<string, unknown>) => parts;

describe("the feed", () => {
  test("tells all there is at once, and then what has changed, at most once a second", function* ({ clock }) {
    const parts: Record<string, unknown> = { a: 1, b: { c: ["x"] } };
    const { url } = yield* useFeed(() => parts);
    const stream = yield* useStatus(url);
    expect(yield* stream.next()).toEqual({ nowMs: 0, now: 0, a: 1, b: { c: ["x"] } });
    parts["a"] = 2;
    yield* sleep(300);
    parts["a"] = 3;
    expect(yield* stream.next()).toEqual({ nowMs: 1_000, now: 1_000, a: 3 });
    expect(clock.now()).toBeLessThan(1_100);
  });

  test("says something every 15 s though nothing changes, so that no proxy cuts it", function* ({ clock: _ }) {
    const { url } = yield* useFeed(() => ({ a: 1 }));
    const stream = yield* useStatus(url);
    const messages = [yield* stream.next(), yield* stream.next(), yield* stream.next()];
    expect(messages).toEqual([
      { nowMs: 0, now: 0, a: 1 },
      { nowMs: 15_000, now: 15_000 },
      { nowMs: 30_000, now: 30_000 },
    ]);
  });

  test("tells one who comes later all of it too, and nobody what he knows", function* ({ clock: _ }) {
    const parts: Record<string, unknown> = { a: 1, b: 1 };
    const { url, feed } = yield* useFeed(() => parts);
    const first = yield* useStatus(url);
    yield* first.next();
    parts["b"] = 2;
    yield* sleep(1_500);
    const second = yield* useStatus(url);
    expect(partsOf(yield* second.next())).toEqual({ a: 1, b: 2 });
    expect(partsOf(yield* first.next())).toEqual({ b: 2 });
    parts["a"] = 9;
    expect([partsOf(yield* first.next()), partsOf(yield* second.next())]).toEqual([{ a: 9 }, { a: 9 }]);
    expect(feed.clients).toBe(2);
  });

  test("looks at nothing while nobody watches", function* ({ clock }) {
    let looks = 0;
    const { url, feed } = yield* useFeed(() => ({ looks: ++looks }));
    yield* clock.advance(60_000);
    expect(looks).toBe(0);
    yield* scoped(function* () {
      yield* (yield* useStatus(url)).next();
    });
    while (feed.clients > 0) yield* sleep(10);
    const seen = looks;
    yield* clock.advance(60_000);
    expect(looks).toBe(seen);
  });

  test("costs at most a hundredth of the time, however long it takes to look", function* ({ clock }) {
    const now = performance.now.bind(performance);
    let lookedMs = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now() + lookedMs);
    const looks: number[] = [];
    const { url } = yield* useFeed(() => {
      looks.push(clock.now());
      lookedMs += 50;
      return { looks: looks.length };
    });
    const stream = yield* useStatus(url);
    for (let i = 0; i < 3; i++) yield* stream.next();
    expect(looks).toEqual([0, 5_000, 10_000]);
  });

  test("goes on after an error", function* ({ clock: _ }) {
    let looks = 0;
    const { url, errors } = yield* useFeed(() => {
      if (++looks === 2) throw new Error("The store is busy.");
      return { looks };
    });
    const stream = yield* useStatus(url);
    expect([partsOf(yield* stream.next()), partsOf(yield* stream.next())]).toEqual([{ looks: 1 }, { looks: 3 }]);
    expect(errors).toMatchObject([{ message: "The store is busy." }]);
  });

  test("drops a client to which nothing gets through for 20 s, and goes on for the others", function* ({ clock }) {
    const large = "x".repeat(10_000_000); // more than the kernel takes for one who does not read
    let looks = 0;
    const { url, feed } = yield* useFeed(() => ({ large: looks === 0 ? large : "", looks: ++looks }));
    const stuck = connect(Number(new URL(url).port), "127.0.0.1");
    stuck.on("error", () => {});
    stuck.write("GET /live HTTP/1.1\r\nhost: a\r\n\r\n");
    stuck.pause();
    while (looks < 2) yield* sleep(100);
    const stream = yield* useStatus(url);
    while (feed.clients === 2) yield* stream.next();
    expect(clock.now()).toBeGreaterThan(20_000);
    expect(clock.now()).toBeLessThan(22_000);
    expect(partsOf(yield* stream.next())).toEqual({ looks });
    stuck.destroy();
  });

  test("is full with 16 clients", function* () {
    const { url, feed } = yield* useFeed(() => ({ a: 1 }));
    for (let i = 0; i < 16; i++) {
      expect(feed.isFull).toBe(false);
      yield* (yield* useStatus(url)).next();
    }
    expect([feed.clients, feed.isFull]).toEqual([16, true]);
  });
});
