import type { EventStore } from "../../../../../framework/delivery/index.ts";
import { describe, expect } from "../../../../../testlib/index.ts";
import { commit, DAY_MS, event, events, MIB, numbers, QUEUED_AT, test } from "./support.ts";

const PLACES = [["on disk"], ["in memory"]] as const;
const inMemory = { directory: undefined };
const optionsFor = (place: string) => (place === "in memory" ? inMemory : {});

/** Everything that was ever emitted is somewhere. */
function expectBalance(store: EventStore): void {
  const { emitted, acknowledged, deadLettered, deduplicated, damaged, queued } = store.totals();
  expect(acknowledged + deadLettered + deduplicated + damaged + queued).toBe(emitted);
  expect(store.eventsAfter(0, MIB)).toHaveLength(queued);
}

describe.each(PLACES)("a store %s", (place) => {
  describe("commit", () => {
    test("queues events with ascending ids and gives them back as they were", function* ({ open }) {
      const store = open(optionsFor(place));
      const staged = event(1, { dedupeKey: "a/1", type: "metric-log", body: '{"text":"ä€😀"}', queuedAt: QUEUED_AT });
      expect(store.commit([{ events: [staged, event(2)], state: [] }])).toEqual([
        [
          { ...staged, id: 1, attempts: 0 },
          { ...event(2), id: 2, attempts: 0, dedupeKey: undefined },
        ],
      ]);
      expect(store.eventsAfter(0, 10)[0]).toEqual({ ...staged, id: 1, attempts: 0 });
      expect(store.lastId()).toBe(2);
      expectBalance(store);
    });

    test("tells the units of a group apart, and leaves out what is known", function* ({ open }) {
      const store = open(optionsFor(place));
      const keyed = (number: number, dedupeKey: string) => event(number, { dedupeKey });
      const units = [[keyed(1, "a"), keyed(2, "b")], [], [keyed(3, "a")], [keyed(4, "c"), keyed(5, "c")]];
      const queued = store.commit(units.map((staged) => ({ events: staged, state: [] })));
      expect(queued.map((unit) => unit.map(({ body }) => body))).toEqual([
        ['{"number":1}', '{"number":2}'],
        [],
        [],
        ['{"number":4}'],
      ]);
      expect(store.totals()).toMatchObject({ emitted: 5, deduplicated: 2, queued: 3 });
      expect(commit(store, [keyed(6, "b"), event(7)])).toEqual([4]);
      expectBalance(store);
    });

    test("takes as many events as there are", function* ({ open }) {
      const store = open(optionsFor(place));
      const ids = commit(store, events(1, 1_001));
      expect(ids).toEqual(Array.from({ length: 1_001 }, (_, i) => i + 1));
      expect(numbers(store)).toEqual(ids);
      expect(numbers(store, 998)).toEqual([999, 1_000, 1_001]);
    });

    test("keeps a body of a megabyte", function* ({ open }) {
      const store = open(optionsFor(place));
      const body = JSON.stringify({ text: "ä".repeat(MIB / 2) });
      commit(store, [event(1, { body })]);
      expect(store.eventsAfter(0, 1)[0]?.body).toBe(body);
    });

    test("does nothing at all when a part of it cannot be done", function* ({ open }) {
      const store = open(optionsFor(place));
      commit(store, [event(1)], [{ name: "runs", key: "a", value: "1" }]);
      const before = store.totals();
      const units = [
        { events: [event(2, { dedupeKey: "k" })], state: [{ name: "runs", key: "a", value: "2" }] },
        { events: [event(3, { queuedAt: 0.5 })], state: [] },
      ];
      expect(() => store.commit(units)).toThrow("cannot store REAL value in INTEGER column");
      expect(store.totals()).toEqual(before);
      expect(store.state("runs").get("a")).toBe("1");
      expect(commit(store, [event(2, { dedupeKey: "k" })])).toEqual([3]);
    });
  });

  describe("acknowledge", () => {
    test("takes events out, in any order and only once", function* ({ open }) {
      const store = open(optionsFor(place));
      commit(store, events(1, 5));
      store.acknowledge([4, 2, 2]);
      store.acknowledge([2, 99]);
      store.acknowledge([]);
      expect(numbers(store)).toEqual([1, 3, 5]);
      expect(store.totals()).toMatchObject({ acknowledged: 2, queued: 3 });
      expectBalance(store);
    });

    test("stays exact over thousands, one by one or many at once", function* ({ open }) {
      const store = open(optionsFor(place));
      commit(store, events(1, 3_000));
      for (let id = 1; id <= 600; id++) store.acknowledge([id]);
      store.acknowledge(Array.from({ length: 1_400 }, (_, i) => 601 + i));
      expect(numbers(store, 0, 3)).toEqual([2_001, 2_002, 2_003]);
      expect(store.totals()).toMatchObject({ acknowledged: 2_000, queued: 1_000 });
      expect(store.oldestOfLane(event(1).lane)).toBe(2_001);
      expectBalance(store);
    });

    test("never gives an id a second time", function* ({ open }) {
      const store = open(optionsFor(place));
      store.acknowledge(commit(store, events(1, 600)));
      expect(commit(store, [event(1)])).toEqual([601]);
    });
  });

  describe("lanes", () => {
    test("are read each in its order, from any event on", function* ({ open }) {
      const store = open(optionsFor(place));
      const lanes = ["run\u0000p\u0000a", "run\u0000p\u0000b"] as const;
      commit(
        store,
        [1, 2, 3, 4, 5, 6].map((number) => event(number, { lane: lanes[number % 2] ?? "" })),
      );
      const ofLane = (lane: string, after: number) => store.eventsOfLane(lane, after, 2).map(({ id }) => id);
      expect(ofLane(lanes[0], 0)).toEqual([2, 4]);
      expect(ofLane(lanes[0], 4)).toEqual([6]);
      expect(ofLane("run", 0)).toEqual([]);
      store.acknowledge([1, 2]);
      expect(ofLane(lanes[0], 0)).toEqual([4, 6]);
      expect(store.oldestOfLane(lanes[1])).toBe(3);
      expect(store.oldestOfLane("run")).toBeUndefined();
    });

    test("are read over any distance, with nothing between their events or very much", function* ({ open }) {
      const store = open(optionsFor(place));
      const laneOf = (number: number) => (number % 4_096 === 0 ? "rare" : "usual");
      const numbered = Array.from({ length: 10_000 }, (_, i) => event(i + 1, { lane: laneOf(i + 1) }));
      commit(store, numbered);
      const rare = (after: number, limit: number) => store.eventsOfLane("rare", after, limit).map(({ id }) => id);
      expect([rare(0, 5), rare(4_096, 5), rare(4_095, 1), rare(8_192, 5)]).toEqual([
        [4_096, 8_192],
        [8_192],
        [4_096],
        [],
      ]);
      expect(store.eventsOfLane("usual", 4_000, 1_000).map(({ id }) => id)).toEqual(
        Array.from({ length: 1_001 }, (_, i) => 4_001 + i).filter((id) => id !== 4_096),
      );
      const most = numbered.map((_, i) => i + 1).filter((id) => id > 1 && id !== 8_192);
      store.acknowledge(most);
      expect([rare(0, 5), store.eventsOfLane("usual", 0, 5).map(({ id }) => id)]).toEqual([[8_192], [1]]);
      expect(store.lanes(5).map(({ lane, count }) => [lane, count])).toEqual([
        ["usual", 1],
        ["rare", 1],
      ]);
    });

    test("may have any text for a name", function* ({ open }) {
      const store = open(optionsFor(place));
      const names = ["", "%", "%0", "\u0000", "%\u0000%", "a\u0000", "\n'\"\\", "\ud83d\ude00"];
      commit(
        store,
        names.map((lane, i) => event(i, { lane, dedupeKey: lane })),
      );
      expect(store.eventsAfter(0, 10).map(({ lane }) => lane)).toEqual(names);
      expect(store.eventsAfter(0, 10).map(({ dedupeKey }) => dedupeKey)).toEqual(names);
      for (const [i, lane] of names.entries()) expect(store.oldestOfLane(lane)).toBe(i + 1);
      expect(
        store
          .lanes(10)
          .map(({ lane }) => lane)
          .sort(),
      ).toEqual(names.toSorted());
    });

    test("with half a character are the same when queued and when read", function* ({ open }) {
      const store = open(optionsFor(place));
      const [queued] = store.commit([{ events: [event(1, { lane: "a\ud83d" })], state: [] }]).flat();
      expect(store.eventsAfter(0, 1)).toEqual([queued]);
      expect(store.oldestOfLane(queued?.lane ?? "")).toBe(1);
    });

    test("are listed, the fullest first, with how long they wait", function* ({ open }) {
      const store = open(optionsFor(place));
      const laneOf = [..."abbccc"];
      commit(
        store,
        laneOf.map((lane, i) => event(i, { lane, queuedAt: QUEUED_AT + i })),
      );
      store.acknowledge([4]);
      expect(store.lanes(2)).toEqual([
        { lane: "b", count: 2, oldest: QUEUED_AT + 1 },
        { lane: "c", count: 2, oldest: QUEUED_AT + 4 },
      ]);
      expect(store.oldestQueuedAt()).toBe(QUEUED_AT);
      store.acknowledge([1]);
      expect(store.oldestQueuedAt()).toBe(QUEUED_AT + 1);
    });

    test("are none in an empty store", function* ({ open }) {
      const store = open(optionsFor(place));
      expect([store.lanes(5), store.oldestQueuedAt(), store.lastId()]).toEqual([[], undefined, 0]);
    });
  });

  describe("dead letters", () => {
    test("are kept with status, answer and time", function* ({ open, clock }) {
      const store = open(optionsFor(place));
      commit(store, events(1, 3));
      store.refuse(2, 422, '{"error": "bad\u0000 %0"}');
      expect(store.deadLetters({ limit: 10 })).toEqual([
        {
          ...event(2),
          id: 2,
          dedupeKey: undefined,
          status: 422,
          answer: '{"error": "bad\u0000 %0"}',
          refusedAt: clock.now(),
        },
      ]);
      expect(store.deadLetter(2)).toEqual(store.deadLetters({ limit: 1 })[0]);
      expect(store.deadLetter(1)).toBeUndefined();
      expect(store.deadLetterCount()).toBe(1);
      expect(numbers(store)).toEqual([1, 3]);
      expectBalance(store);
    });

    test("are none of what is not queued", function* ({ open }) {
      const store = open(optionsFor(place));
      commit(store, events(1, 2));
      store.acknowledge([1]);
      store.refuse(1, 400, "");
      store.refuse(99, 400, "");
      expect(store.deadLetterCount()).toBe(0);
      expect(store.totals()).toMatchObject({ deadLettered: 0, acknowledged: 1, queued: 1 });
    });

    test("are listed in pages", function* ({ open }) {
      const store = open(optionsFor(place));
      for (const id of commit(store, events(1, 5))) store.refuse(id, 400, "");
      expect(store.deadLetters({ limit: 2, afterId: 2 }).map(({ id }) => id)).toEqual([3, 4]);
      expect(store.latestDeadLetters(2).map(({ id }) => id)).toEqual([5, 4]);
    });

    test("are queued again as new events, whatever their keys", function* ({ open, clock }) {
      const store = open(optionsFor(place));
      commit(store, [event(1, { dedupeKey: "a" }), event(2, { dedupeKey: "b" }), event(3)]);
      for (const id of [1, 2]) store.refuse(id, 400, "");
      expect(store.replay([2, 99])).toBe(1);
      expect(store.eventsAfter(3, 9)).toEqual([
        { ...event(2), dedupeKey: "b", queuedAt: clock.now(), id: 4, attempts: 0 },
      ]);
      expect(store.replay("all")).toBe(1);
      expect(numbers(store)).toEqual([3, 2, 1]);
      expect(store.totals()).toMatchObject({ emitted: 5, deadLettered: 2, queued: 3 });
      expect(commit(store, [event(4, { dedupeKey: "a" })])).toEqual([]);
      expectBalance(store);
    });

    test("named twice, or again when they are replayed, are queued once", function* ({ open }) {
      const store = open(optionsFor(place));
      for (const id of commit(store, events(1, 2))) store.refuse(id, 400, "");
      expect(store.replay([1, 1])).toBe(1);
      expect(store.replay([1, 2])).toBe(1);
      expect(numbers(store)).toEqual([1, 2]);
      expect(store.totals()).toMatchObject({ emitted: 4, deadLettered: 2, queued: 2 });
      expectBalance(store);
    });

    test("go in any number at once", function* ({ open }) {
      const store = open(optionsFor(place));
      for (const id of commit(store, events(1, 450))) store.refuse(id, 400, "");
      expect(store.replay("all")).toBe(450);
      expect(numbers(store)).toEqual(events(1, 450).map((_, i) => i + 1));
      expectBalance(store);
    });

    test("are deleted when told so, and stay counted", function* ({ open, clock }) {
      const store = open(optionsFor(place));
      const ids = commit(store, events(1, 4));
      for (const id of ids) {
        store.refuse(id, 400, "");
        yield* clock.advance(DAY_MS);
      }
      expect(store.purge([1, 99])).toBe(1);
      expect(store.purge({ olderThan: clock.now() - 2 * DAY_MS })).toBe(1);
      expect(store.deadLetters({ limit: 9 }).map(({ id }) => id)).toEqual([3, 4]);
      expect(store.purge("all")).toBe(2);
      expect(store.purge("all")).toBe(0);
      expect(store.totals()).toMatchObject({ deadLettered: 4, queued: 0 });
    });
  });

  describe("state", () => {
    test("is kept by name and key, with the events of its unit", function* ({ open }) {
      const store = open(optionsFor(place));
      const state = [
        { name: "runs", key: "b", value: '{"x":1}' },
        { name: "runs", key: "a\u0000%", value: "2" },
        { name: "other", key: "b", value: "3" },
      ];
      expect(commit(store, [event(1)], state)).toEqual([1]);
      expect(new Map(store.state("runs"))).toEqual(
        new Map([
          ["a\u0000%", "2"],
          ["b", '{"x":1}'],
        ]),
      );
      expect(store.state("none").size).toBe(0);
    });

    test("is changed and deleted", function* ({ open }) {
      const store = open(optionsFor(place));
      commit(
        store,
        [],
        [
          { name: "runs", key: "a", value: "1" },
          { name: "runs", key: "b", value: "1" },
        ],
      );
      commit(
        store,
        [],
        [
          { name: "runs", key: "a", value: "2" },
          { name: "runs", key: "b", value: undefined },
        ],
      );
      expect([...store.state("runs")]).toEqual([["a", "2"]]);
    });
  });

  test("cannot be used once it is closed", function* ({ open }) {
    const store = open(optionsFor(place));
    store.close();
    expect(() => store.commit([])).toThrow(expect.objectContaining({ code: "E_STORE_CLOSED" }));
  });
});
