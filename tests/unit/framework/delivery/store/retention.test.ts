import { statSync } from "node:fs";
import { join } from "node:path";
import type { EventStore } from "../../../../../framework/delivery/index.ts";
import { describe, expect } from "../../../../../testlib/index.ts";
import { commit, DAY_MS, event, events, MIB, QUEUED_AT, test } from "./support.ts";

/** Is the key known, so that an event with it is not queued? */
function isKnown(store: EventStore, dedupeKey: string): boolean {
  return commit(store, [event(0, { dedupeKey })]).length === 0;
}

function maintain(store: EventStore, now: number, times = 1): void {
  for (let i = 0; i < times; i++) store.maintain(now + i * 1_000);
}

describe("the ledger", () => {
  test("remembers a key for 7 days after its event was queued, and not longer", function* ({ open }) {
    const store = open();
    store.acknowledge(commit(store, [event(1, { dedupeKey: "a" })]));
    maintain(store, QUEUED_AT + 7 * DAY_MS);
    expect(isKnown(store, "a")).toBe(true);
    maintain(store, QUEUED_AT + 7 * DAY_MS + 1);
    expect(isKnown(store, "a")).toBe(false);
  });

  test("remembers a key for as long as told", function* ({ open }) {
    const store = open({ ledgerMs: 1_000 });
    store.acknowledge(commit(store, [event(1, { dedupeKey: "a" })]));
    maintain(store, QUEUED_AT + 1_001);
    expect(isKnown(store, "a")).toBe(false);
  });

  test("forgets no key whose event still waits, and is not held up by it", function* ({ open }) {
    const store = open();
    const [waiting] = commit(store, [event(1, { dedupeKey: "a" }), event(2, { dedupeKey: "b" })]);
    store.acknowledge([2]);
    maintain(store, QUEUED_AT + 100 * DAY_MS);
    expect([isKnown(store, "a"), isKnown(store, "b")]).toEqual([true, false]);
    store.acknowledge([waiting ?? 0]);
    maintain(store, QUEUED_AT + 100 * DAY_MS + 1);
    expect(isKnown(store, "a")).toBe(false);
  });

  test("forgets many keys in steps, the oldest first", function* ({ open }) {
    const store = open();
    const keyed = events(1, 2_500).map((each, i) => ({ ...each, dedupeKey: `k${i}`, queuedAt: QUEUED_AT + i }));
    store.acknowledge(commit(store, keyed));
    maintain(store, QUEUED_AT + 8 * DAY_MS);
    expect([isKnown(store, "k1000"), isKnown(store, "k999")]).toEqual([true, false]);
    store.acknowledge([store.lastId()]);
    maintain(store, QUEUED_AT + 8 * DAY_MS, 3);
    expect(isKnown(store, "k2499")).toBe(false);
  });

  test("is not held up by a key that was noted while the clock was wrong", function* ({ open }) {
    const store = open();
    const at = (dedupeKey: string, queuedAt: number) => event(1, { dedupeKey, queuedAt });
    store.acknowledge(commit(store, [at("future", QUEUED_AT + 1_000 * DAY_MS), at("now", QUEUED_AT)]));
    maintain(store, QUEUED_AT + 8 * DAY_MS);
    expect([isKnown(store, "future"), isKnown(store, "now")]).toEqual([true, false]);
  });

  test("is not held up by many such keys", function* ({ open }) {
    const store = open();
    const keyed = (from: number, count: number, queuedAt: number) =>
      events(from, from + count - 1).map((each, i) => ({ ...each, dedupeKey: `k${from + i}`, queuedAt }));
    store.acknowledge(commit(store, keyed(0, 2_500, QUEUED_AT + 1_000 * DAY_MS)));
    store.acknowledge(commit(store, keyed(2_500, 10, QUEUED_AT)));
    maintain(store, QUEUED_AT + 8 * DAY_MS, 3);
    expect([isKnown(store, "k0"), isKnown(store, "k2500")]).toEqual([true, false]);
  });

  test("asks to be looked after sooner while it forgets", function* ({ open }) {
    const store = open();
    const keyed = events(1, 2_500).map((each, i) => ({ ...each, dedupeKey: `k${i}` }));
    store.acknowledge(commit(store, keyed));
    const now = QUEUED_AT + 8 * DAY_MS;
    const waits = Array.from({ length: 6 }, () => store.maintain(now));
    expect(waits).toEqual([100, 100, 100, 60_000, 60_000, 60_000]);
  });

  const noted = [
    ["in the order of time", QUEUED_AT],
    ["noted while the clock was ahead", QUEUED_AT + 1_000 * DAY_MS],
  ] as const;

  test.each(noted)(
    "of a full store is forgotten from its beginning, and no more of it than makes room: %s",
    function* ([, queuedAt], { open, log }) {
      const store = open({ maxBytes: MIB });
      const [waiting] = commit(store, [event(0, { dedupeKey: "waiting", queuedAt })]);
      let number = 0;
      while (!store.isFull) {
        const staged = Array.from({ length: 500 }, () => event(0, { dedupeKey: `a/long/key/${number++}`, queuedAt }));
        store.acknowledge(commit(store, staged).filter((id) => id !== waiting));
      }
      maintain(store, QUEUED_AT + DAY_MS, 100);
      log.expect("the oldest are forgotten early");
      expect([store.isFull, isKnown(store, "waiting"), isKnown(store, "a/long/key/0")]).toEqual([false, true, false]);
      expect(store.usedBytes()).toBeGreaterThan(0.85 * MIB);
    },
  );

  test("gives way when the store is full of keys, so that events go on", function* ({ open, log }) {
    const store = open({ maxBytes: MIB });
    let number = 0;
    while (!store.isFull) {
      const staged = Array.from({ length: 500 }, () => event(0, { dedupeKey: `some/rather/long/key/${number++}` }));
      store.acknowledge(commit(store, staged));
    }
    maintain(store, QUEUED_AT + DAY_MS, 10);
    expect(store.isFull).toBe(false);
    log.expect({ level: "warn", msg: expect.stringContaining("Raise state_max_mib or lower ledger_days") });
    expect(isKnown(store, `some/rather/long/key/${number - 1}`)).toBe(true);
    maintain(store, QUEUED_AT + DAY_MS + 60_000, 10);
    expect(isKnown(store, `some/rather/long/key/${number - 1}`)).toBe(true);
  });
});

test("dead letters go after 30 days, or as long as told", function* ({ open, clock }) {
  const store = open();
  for (const id of commit(store, events(1, 2))) {
    store.refuse(id, 400, "");
    yield* clock.advance(DAY_MS);
  }
  maintain(store, clock.now() + 28 * DAY_MS);
  expect(store.deadLetterCount()).toBe(2);
  maintain(store, clock.now() + 28 * DAY_MS + 60_000);
  expect(store.deadLetters({ limit: 9 }).map(({ id }) => id)).toEqual([2]);
  expect(store.totals()).toMatchObject({ deadLettered: 2 });
});

test("a store in memory that is full drops the oldest dead letters, as nobody else could", function* ({ open, log }) {
  const store = open({ directory: undefined, maxBytes: MIB });
  const refused: number[] = [];
  while (!store.isFull) {
    for (const id of commit(store, events(1, 20, { body: JSON.stringify({ text: "x".repeat(2_000) }) }))) {
      store.refuse(id, 400, "");
      refused.push(id);
    }
  }
  maintain(store, QUEUED_AT, 3);
  log.expect({ level: "warn", msg: expect.stringContaining("the oldest dead letters are dropped") });
  const left = store.deadLetters({ limit: 10_000 }).map(({ id }) => id);
  expect([store.isFull, left.length]).toEqual([false, refused.length - 100]);
  expect(left).toEqual(refused.slice(100));
});

test("a store on disk that is full keeps its dead letters", function* ({ open }) {
  const store = open({ maxBytes: MIB });
  while (!store.isFull) {
    for (const id of commit(store, events(1, 20, { body: JSON.stringify({ text: "x".repeat(2_000) }) })))
      store.refuse(id, 400, "");
  }
  const before = store.deadLetterCount();
  maintain(store, QUEUED_AT, 3);
  expect([store.isFull, store.deadLetterCount()]).toEqual([true, before]);
});

describe("the size", () => {
  const big = (count: number) => events(1, count, { body: JSON.stringify({ text: "x".repeat(10_000) }) });

  test("is full from so many bytes on, and no more when events have gone", function* ({ open }) {
    const store = open({ maxBytes: 2 * MIB });
    const empty = store.usedBytes();
    expect([store.isFull, empty < 200_000]).toEqual([false, true]);
    const ids: number[] = [];
    while (!store.isFull) ids.push(...commit(store, big(10)));
    expect(ids.length).toBeGreaterThan(150);
    expect(store.usedBytes()).toBeLessThan(2 * MIB + 200_000);
    store.acknowledge(ids);
    maintain(store, QUEUED_AT, 2);
    expect([store.isFull, store.usedBytes() - empty < 50_000]).toEqual([false, true]);
  });

  test("is counted in memory just so", function* ({ open }) {
    const store = open({ directory: undefined, maxBytes: MIB });
    const ids = commit(store, big(150));
    expect(store.isFull).toBe(true);
    store.acknowledge(ids);
    maintain(store, QUEUED_AT, 2);
    expect(store.isFull).toBe(false);
  });

  test("of the file shrinks again after a large backlog, a little at a time", function* ({ open, stateDirectory }) {
    const store = open();
    const database = join(stateDirectory, "outbox.db");
    const ids = commit(store, big(1_200));
    store.close();
    const largest = statSync(database).size;
    expect(largest).toBeGreaterThan(10 * MIB);
    const again = open();
    again.acknowledge(ids);
    maintain(again, QUEUED_AT, 40);
    again.close();
    expect(statSync(database).size).toBeLessThan(5 * MIB);
  });
});
