import { ensure, type Operation, run, scoped, sleep, spawn, suspend, withResolvers } from "effection";
import { eventLoopTurn } from "../../../../../framework/core/checkpoint.ts";
import {
  type ChannelTask,
  channelReceiveLoop,
  openMemoryChannel,
  runLanes,
  TaskNameContext,
} from "../../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../../testlib/index.ts";

interface Item {
  readonly key: string;
  readonly number: number;
  readonly ms: number;
}

const keyBy = ({ key }: Item): string => key;

describe("lanes", () => {
  test("work on as many items at a time as the concurrency says", function* ({ clock }) {
    const log = new Log();
    yield* feed(
      log,
      { concurrency: 4 },
      items(8, () => ({ key: "any", ms: 100 })),
    );
    expect([clock.now(), log.mostAtATime]).toEqual([200, 4]);
  });

  test("keep the order of each key, while other keys overtake", function* ({ clock }) {
    const log = new Log();
    const slowFirst = items(6, (i) => ({ key: i % 2 === 0 ? "slow" : "quick", ms: i % 2 === 0 ? 100 : 10 }));
    yield* feed(log, { concurrency: 2, keyBy }, slowFirst);
    expect(log.done.map(({ key, number }) => `${key} ${number}`)).toEqual([
      "quick 1",
      "quick 3",
      "quick 5",
      "slow 0",
      "slow 2",
      "slow 4",
    ]);
    expect(clock.now()).toBe(300);
  });

  test("never work on two items of one key at a time", function* ({ clock }) {
    const log = new Log();
    yield* feed(
      log,
      { concurrency: 8, keyBy },
      items(10, () => ({ key: "one", ms: 10 })),
    );
    expect([clock.now(), log.mostAtATime, log.numbersOf("one")]).toEqual([100, 1, range(10)]);
  });

  test("give every key its turn, though one never runs dry", function* ({ clock }) {
    const log = new Log();
    const crowd = items(60, (i) => ({ key: i === 30 ? "rare" : `busy ${i % 2}`, ms: 10 }));
    yield* feed(log, { concurrency: 2, keyBy }, crowd);
    expect(log.done.findIndex(({ key }) => key === "rare")).toBeLessThan(5);
    expect(clock.now()).toBe(310);
  });

  test("start on a key anew once it has run dry", function* ({ clock }) {
    const log = new Log();
    const [send, receive] = openMemoryChannel<Item>(0);
    const loop = yield* spawn(() => channelReceiveLoop(log.task, receive, { concurrency: 2, keyBy }));
    for (const item of items(3, () => ({ key: "one", ms: 10 }))) {
      yield* send.send(item);
      yield* sleep(50);
    }
    send.close();
    yield* loop;
    expect([log.numbersOf("one"), clock.now()]).toEqual([range(3), 150]);
  });

  test("look no further ahead than 32 items a worker, so that a full channel still slows its senders", function* ({
    clock,
  }) {
    const log = new Log();
    const [send, receive] = openMemoryChannel<Item>(0);
    yield* spawn(() => channelReceiveLoop(log.task, receive, { concurrency: 2, keyBy }));
    let sent = 0;
    yield* spawn(function* () {
      for (const item of items(1_000, () => ({ key: "stuck", ms: 1_000 }))) {
        yield* send.send(item);
        sent++;
      }
    });
    yield* clock.advance(999);
    expect(sent).toBe(64);
    yield* clock.advance(1);
    expect(sent).toBe(65);
  });

  test("do all that was taken out of the channel before they end", function* ({ clock }) {
    const log = new Log();
    yield* feed(
      log,
      { concurrency: 2, keyBy },
      items(50, () => ({ key: "one", ms: 10 })),
    );
    expect([log.numbersOf("one"), clock.now()]).toEqual([range(50), 500]);
  });

  test("put off an item that is not done: its lane waits, but no worker", function* ({ clock }) {
    const log: string[] = [];
    const attempts = new Map<Item, number>();
    function* execute(item: Item): Operation<number | undefined> {
      const attempt = (attempts.get(item) ?? 0) + 1;
      attempts.set(item, attempt);
      yield* sleep(10);
      if (item.key === "refused" && attempt < 3) return 1_000;
      log.push(`${item.key} ${item.number} at ${clock.now()}`);
      return undefined;
    }
    const [send, receive] = openMemoryChannel<Item>(10);
    for (const item of items(4, (i) => ({ key: i % 2 === 0 ? "refused" : "taken", ms: 0 }))) send.sendNowait(item);
    send.close();
    yield* runLanes(receive, execute, { concurrency: 1, keyBy, failed: unexpected });
    expect(log).toEqual(["taken 1 at 20", "taken 3 at 30", "refused 0 at 2030", "refused 2 at 4060"]);
  });

  test("halted while items are put off leave no timer behind", function* ({ clock }) {
    const [send, receive] = openMemoryChannel<Item>(10);
    for (const item of items(4, (i) => ({ key: `key ${i}`, ms: 0 }))) send.sendNowait(item);
    const work = run(() => runLanes(receive, notNow, { concurrency: 2, keyBy, failed: unexpected }));
    yield* clock.advance(15);
    yield* work.halt();
    expect(clock.describeTimers()).toBe("");
  });

  test("leave no timer behind when a worker would put an item off after the halt", function* ({ clock }) {
    const [send, receive] = openMemoryChannel<Item>(10);
    for (const item of items(2, (i) => ({ key: `key ${i}`, ms: 0 }))) send.sendNowait(item);
    const answer = withResolvers<number>();
    const work = yield* spawn(() =>
      runLanes(receive, () => answer.operation, { concurrency: 2, keyBy, failed: unexpected }),
    );
    yield* clock.advance(15);
    answer.resolve(1_000);
    yield* work.halt();
    expect(clock.describeTimers()).toBe("");
  });

  test("end all the same when a worker has lost its halt", function* ({ clock }) {
    const [send, receive] = openMemoryChannel<Item>(10);
    for (const item of items(6, () => ({ key: "any", ms: 0 }))) send.sendNowait(item);
    let executed = 0;
    const work = yield* spawn(() => runLanes(receive, losesItsHalt, { concurrency: 2, keyBy, failed: unexpected }));
    yield* sleep(5);
    yield* work.halt();
    expect([executed, clock.now()]).toEqual([1, 7]);

    /** Effection loses the halt of a task that catches what fails in the cleanup of `scoped()`. */
    function* losesItsHalt(): Operation<void> {
      executed++;
      yield* thrownBy(() =>
        scoped(function* () {
          yield* ensure(function* () {
            yield* sleep(2);
            throw new Error("cleanup");
          });
          yield* suspend();
        }),
      );
    }
  });

  test("name their workers, for reports", function* () {
    const [send, receive] = openMemoryChannel<Item>(10);
    for (const item of items(3, () => ({ key: "any", ms: 0 }))) send.sendNowait(item);
    send.close();
    const workers: (string | undefined)[] = [];
    function* execute(): Operation<void> {
      workers.push(yield* TaskNameContext.get());
      yield* sleep(1);
    }
    yield* runLanes(receive, execute, { concurrency: 2, failed: unexpected });
    expect(workers).toEqual(["worker 1", "worker 2", "worker 1"]);
  });

  test("take items that are undefined", function* () {
    const [send, receive] = openMemoryChannel<undefined>(10);
    for (let i = 0; i < 3; i++) send.sendNowait(undefined);
    send.close();
    let done = 0;
    const task: ChannelTask<undefined> = {
      name: "acme.work",
      *execute() {
        done++;
      },
    };
    yield* channelReceiveLoop(task, receive, { concurrency: 2 });
    expect(done).toBe(3);
  });

  test("let timers have their turn though the channel is always full", function* () {
    const log = new Log();
    const [send, receive] = openMemoryChannel<Item>(10);
    const feeder = yield* spawn(function* () {
      for (let i = 0; ; i++) yield* send.send({ key: `key ${i % 7}`, number: i, ms: -1 });
    });
    const loop = yield* spawn(() => channelReceiveLoop(log.task, receive, { concurrency: 3, keyBy }));
    for (let turns = 0; turns < 3; turns++) yield* eventLoopTurn(); // Would never come back.
    yield* feeder.halt();
    yield* loop.halt();
    expect(log.done.length).toBeGreaterThan(0);
  });

  test.each([1, 2, 3])(
    "lose nothing and keep every order, for 10,000 items of random keys and times (%i)",
    function* (seed, { clock }) {
      const random = randomFrom(seed);
      const log = new Log();
      const crowd = items(10_000, () => ({
        key: `key ${Math.floor(random() ** 3 * 200)}`,
        ms: random() < 0.5 ? -1 : Math.floor(random() * 20),
      }));
      yield* feed(log, { concurrency: 16, keyBy }, crowd);
      expect(log.done.length).toBe(10_000);
      const keys = new Set(crowd.map(({ key }) => key));
      expect(keys.size).toBeGreaterThan(100);
      for (const key of keys) {
        expect(log.numbersOf(key)).toEqual(crowd.filter((item) => item.key === key).map(({ number }) => number));
      }
      expect(log.mostAtATime).toBe(16);
      expect(log.mostOfAKeyAtATime).toBe(1);
      expect(clock.now()).toBeGreaterThan(0);
    },
  );
});

/** Works on items for as long as they say (not at all for a negative time) and notes what happens. */
class Log {
  readonly done: Item[] = [];
  readonly #running: Item[] = [];
  mostAtATime = 0;
  mostOfAKeyAtATime = 0;
  readonly task: ChannelTask<Item> = { name: "acme.work", execute: (item) => this.#work(item) };

  numbersOf(key: string): readonly number[] {
    return this.done.filter((item) => item.key === key).map(({ number }) => number);
  }

  *#work(item: Item): Operation<void> {
    this.#running.push(item);
    this.mostAtATime = Math.max(this.mostAtATime, this.#running.length);
    const ofKey = this.#running.filter(({ key }) => key === item.key).length;
    this.mostOfAKeyAtATime = Math.max(this.mostOfAKeyAtATime, ofKey);
    if (item.ms >= 0) yield* sleep(item.ms);
    this.#running.splice(this.#running.indexOf(item), 1);
    this.done.push(item);
  }
}

/** Takes 10 ms, and wants to be asked again in a second. */
function* notNow(): Operation<number> {
  yield* sleep(10);
  return 1_000;
}

function unexpected(error: unknown): never {
  throw error;
}

type Options = { readonly concurrency: number; readonly keyBy?: (item: Item) => string };

function* feed(log: Log, options: Options, items: readonly Item[]): Operation<void> {
  const [send, receive] = openMemoryChannel<Item>(4);
  yield* spawn(function* () {
    for (const item of items) yield* send.send(item);
    send.close();
  });
  yield* channelReceiveLoop(log.task, receive, options);
}

function items(count: number, each: (number: number) => { readonly key: string; readonly ms: number }): Item[] {
  return range(count).map((number) => ({ ...each(number), number }));
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
