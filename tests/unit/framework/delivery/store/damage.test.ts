import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { until } from "effection";
import { Connection } from "../../../../../framework/delivery/store/connection.ts";
import { describe, expect } from "../../../../../testlib/index.ts";
import { change, filesIn, flip, leftByKill, offsetOf } from "./files.ts";
import { commit, event, events, numbers, QUEUED_AT, test } from "./support.ts";

const DATABASE = "outbox.db";
const LOG = "outbox.db-wal";

/** In the log, a page comes after its frame's header; that comes after the log's own. */
const FRAME_BYTES = 24 + 4096;
const frameAt = (offset: number) => Math.floor((offset - 32) / FRAME_BYTES);

describe("an event that is damaged", () => {
  test("is set aside and counted, and the others are delivered", function* ({ open, log, stateDirectory }) {
    const store = open();
    commit(store, events(1, 5));
    store.close();
    const database = join(stateDirectory, DATABASE);
    flip(database, offsetOf(database, '{"number":3}') + 3);
    const again = open();
    log.expectError({ id: 3, msg: "A row of the store is damaged; it is kept aside and not used." });
    expect(numbers(again)).toEqual([1, 2, 4, 5]);
    expect(again.totals()).toMatchObject({ emitted: 5, damaged: 1, queued: 4 });
    const kept = readFileSync(join(stateDirectory, "damaged-rows.jsonl"), "utf8");
    expect(JSON.parse(kept)).toMatchObject({
      kind: "event",
      id: 3,
      type: "run-status",
      body: '{"ntmber":3}',
      queuedAt: QUEUED_AT,
    });
  });

  test("beyond any number that was written is damage, too", function* ({ open, log, stateDirectory }) {
    const store = open();
    commit(store, events(1, 3));
    store.close();
    const connection = new Connection(join(stateDirectory, DATABASE));
    connection.execute("UPDATE events SET queued_at = 9007199254740993 WHERE id = 2");
    connection.close();
    const again = open();
    log.expectError("The store was damaged");
    expect(numbers(again)).toEqual([1, 3]);
    expect(again.totals()).toMatchObject({ damaged: 1, queued: 2 });
  });

  test("is passed over when reading in small pieces", function* ({ open, log, stateDirectory }) {
    const store = open();
    commit(store, events(1, 6));
    store.close();
    const database = join(stateDirectory, DATABASE);
    for (const number of [1, 2, 3]) flip(database, offsetOf(database, `{"number":${number}}`) + 3);
    const again = open();
    log.expectError("A row of the store is damaged");
    expect(numbers(again, 0, 2)).toEqual([4, 5]);
    expect(again.totals()).toMatchObject({ damaged: 3, queued: 3 });
  });

  test("once its event is on its way out is counted once", function* ({ open, log, stateDirectory }) {
    const store = open();
    commit(store, events(1, 3));
    const another = new Connection(join(stateDirectory, DATABASE));
    another.execute("UPDATE events SET body = '{}' WHERE id = 2");
    another.close();
    log.expectError("A row of the store is damaged");
    expect(numbers(store)).toEqual([1, 3]);
    const books = { emitted: 3, acknowledged: 2, damaged: 1, queued: 0 };
    store.acknowledge([1, 2, 3]);
    expect(store.totals()).toMatchObject(books);
    store.close();
    expect(open().totals()).toMatchObject(books);
  });

  test("is not made a dead letter", function* ({ open, log, stateDirectory }) {
    const store = open();
    commit(store, events(1, 2));
    store.close();
    const database = join(stateDirectory, DATABASE);
    flip(database, offsetOf(database, '{"number":1}') + 3);
    const again = open();
    log.expectError("A row of the store is damaged");
    again.refuse(1, 400, "");
    expect([again.deadLetterCount(), again.totals()]).toEqual([0, expect.objectContaining({ damaged: 1, queued: 1 })]);
  });
});

describe("a row of something else that is damaged", () => {
  test("is set aside: what was remembered", function* ({ open, log, stateDirectory }) {
    const store = open();
    commit(
      store,
      [],
      [
        { name: "runs", key: "a", value: '"one"' },
        { name: "runs", key: "b", value: '"two"' },
      ],
    );
    store.close();
    const database = join(stateDirectory, DATABASE);
    flip(database, offsetOf(database, '"two"') + 2);
    log.expectError({ kind: "state" });
    const again = open();
    expect([...again.state("runs")]).toEqual([["a", '"one"']]);
    expect(readFileSync(join(stateDirectory, "damaged-rows.jsonl"), "utf8")).toContain('"key":"b"');
    expect([...again.state("runs")]).toEqual([["a", '"one"']]);
    expect(log.lines).toHaveLength(1);
  });

  test("is set aside: a dead letter, and nobody can replay it", function* ({ open, log, stateDirectory }) {
    const store = open();
    for (const id of commit(store, events(1, 3))) store.refuse(id, 400, `refused ${id}`);
    store.close();
    const database = join(stateDirectory, DATABASE);
    flip(database, offsetOf(database, "refused 2") + 1);
    log.expectError({ kind: "dead letter", id: 2 });
    const again = open();
    expect(again.replay("all")).toBe(2);
    expect([numbers(again), again.deadLetterCount(), again.totals().deadLettered]).toEqual([[1, 3], 0, 3]);
  });
});

describe("a database that is damaged", () => {
  test("is set aside; events, dead letters, keys, state and counts are taken over", function* ({
    open,
    log,
    stateDirectory,
  }) {
    const store = open();
    const body = JSON.stringify({ number: 7, text: "x".repeat(50_000) });
    commit(store, [...events(1, 6), event(7, { body, dedupeKey: "seven", lane: "%\u0000" })], []);
    commit(
      store,
      [],
      [
        { name: "runs", key: "a", value: "1" },
        { name: "runs", key: "b", value: "1" },
      ],
    );
    commit(store, [], [{ name: "runs", key: "a", value: "2" }]);
    store.acknowledge([2]);
    store.refuse(3, 422, "no");
    const before = {
      events: store.eventsAfter(0, 9),
      letters: store.deadLetters({ limit: 9 }),
      totals: store.totals(),
      state: [...store.state("runs")],
      lastId: store.lastId(),
    };
    store.close();
    change(join(stateDirectory, DATABASE), (bytes) => bytes.fill(0xff, 0, 100));
    log.expectError({ reason: "The database's header is damaged.", events: 5, deadLetters: 1, lost: 0 });
    const again = open();
    expect({
      events: again.eventsAfter(0, 9),
      letters: again.deadLetters({ limit: 9 }),
      totals: again.totals(),
      state: [...again.state("runs")],
      lastId: again.lastId(),
    }).toEqual(before);
    expect(commit(again, [event(8, { dedupeKey: "seven" }), event(9)])).toEqual([before.lastId + 1]);
    expect(filesIn(stateDirectory)).toContain("damaged-…");
    const aside = readdirSync(stateDirectory).find((name) => name.startsWith("damaged-")) ?? "";
    expect(filesIn(join(stateDirectory, aside))).toEqual([DATABASE]);
  });

  test("gives up no event for a page of another table", function* ({ open, log, stateDirectory }) {
    const store = open();
    const keyed = events(1, 300).map((each, i) => ({ ...each, dedupeKey: `key-${i}` }));
    store.acknowledge(commit(store, keyed).slice(0, 100));
    store.close();
    const database = join(stateDirectory, DATABASE);
    const page = Math.floor(offsetOf(database, "key-150") / 4096) * 4096;
    change(database, (bytes) => bytes.fill(0, page, page + 4096));
    log.expectError("The store was damaged");
    expect(numbers(open())).toHaveLength(200);
  });

  test("knows what was delivered also when the counters are gone", function* ({ open, log, stateDirectory }) {
    const store = open();
    const keyed = events(1, 500).map((each, i) => ({ ...each, dedupeKey: `key ${i}` }));
    store.acknowledge(commit(store, keyed));
    store.close();
    const connection = new Connection(join(stateDirectory, DATABASE));
    const page = connection.number("SELECT rootpage FROM sqlite_schema WHERE name = 'counters'") ?? 0;
    connection.close();
    flip(join(stateDirectory, DATABASE), page * 4096 - 2);
    log.expectError("The store was damaged");
    const again = open();
    expect(commit(again, keyed)).toEqual([]);
    expect(commit(again, [event(501)])).toEqual([501]);
  });

  test("says how many events it lost with a page of them", function* ({ open, log, stateDirectory }) {
    const store = open();
    commit(store, events(1, 500));
    store.close();
    const database = join(stateDirectory, DATABASE);
    const page = Math.floor(offsetOf(database, '{"number":250}') / 4096) * 4096;
    change(database, (bytes) => bytes.fill(0, page, page + 4096));
    const again = open();
    const left = numbers(again);
    const lost = 500 - left.length;
    expect(lost).toBeGreaterThan(10);
    expect(lost).toBeLessThan(100);
    expect(left).toEqual(left.toSorted((a, b) => Number(a) - Number(b)));
    expect(again.totals()).toMatchObject({ emitted: 500, damaged: lost, queued: left.length });
    log.expectError({ lost, msg: expect.stringContaining("The store was damaged") });
  });

  test("is repaired while it is in use", function* ({ open, log, stateDirectory }) {
    const store = open();
    commit(store, events(1, 2_000));
    store.close();
    const again = open();
    change(join(stateDirectory, DATABASE), (bytes) => bytes.fill(7, 4096 * 20, 4096 * 23));
    log.expectError("The store was damaged");
    const left = numbers(again);
    expect(left.length).toBeGreaterThan(1_700);
    expect(commit(again, [event(2_001)])).toEqual([2_001]);
    yield* until(again.sync());
    expect(again.totals()).toMatchObject({ emitted: 2_001, queued: left.length + 1 });
  });

  test("is set aside when it is not even a file", function* ({ open, log, stateDirectory }) {
    mkdirSync(join(stateDirectory, DATABASE));
    log.expectError({ reason: "The database is not a file." });
    expect(commit(open(), [event(1)])).toEqual([1]);
  });

  test("leaves two sets of files aside at most", function* ({ open, log, stateDirectory }) {
    log.expectError("The store was damaged");
    for (let i = 0; i < 4; i++) {
      const store = open();
      commit(store, [event(i)]);
      store.close();
      change(join(stateDirectory, DATABASE), (bytes) => bytes.fill(0xff, 0, 100));
    }
    expect(numbers(open())).toEqual([0, 1, 2, 3]);
    expect(filesIn(stateDirectory).filter((name) => name === "damaged-…")).toHaveLength(2);
  });
});

describe("files that are gone", () => {
  test("of a store that was closed leave an empty one, and the log says that it was not", function* ({
    open,
    log,
    stateDirectory,
  }) {
    const store = open();
    commit(store, events(1, 5));
    yield* until(store.sync());
    store.close();
    rmSync(join(stateDirectory, DATABASE));
    log.expectError("The latest transactions are gone");
    expect(numbers(open())).toEqual([]);
  });

  test("a database without its log is as old as the last time that was written back", function* ({ open, log }) {
    const store = open();
    commit(store, events(1, 5));
    yield* until(store.sync());
    const killed = yield* leftByKill(store);
    rmSync(join(killed, LOG));
    log.expectError("The latest transactions are gone");
    expect(commit(open({ directory: killed }), [event(6)])).toEqual([1]);
  });

  test.each([
    ["missing", (path: string) => rmSync(path)],
    ["empty", (path: string) => truncateSync(path)],
  ] as const)("a database that is %s is taken from its log", function* ([, damage], { open, log }) {
    const store = open();
    commit(store, events(1, 5));
    const killed = yield* leftByKill(store);
    damage(join(killed, DATABASE));
    log.expectError("The store was damaged");
    expect(numbers(open({ directory: killed }))).toEqual([1, 2, 3, 4, 5]);
  });

  test("the index of the log does not matter", function* ({ open }) {
    const store = open();
    commit(store, events(1, 5));
    const killed = yield* leftByKill(store);
    rmSync(join(killed, "outbox.db-shm"));
    expect(numbers(open({ directory: killed }))).toEqual([1, 2, 3, 4, 5]);
  });
});

describe("a log that is damaged", () => {
  const parts = [
    ["in its header", () => 9],
    ["in the first frame's header", () => 32 + 2],
    ["in an event", (log: string) => offsetOf(log, '{"number":15}') + 2],
    ["in the last frame", (log: string) => readFileSync(log).length - 100],
  ] as const;

  test.each(parts)("%s loses nothing but what is damaged, once it was on disk", function* ([, where], { open, log }) {
    const store = open();
    for (const each of events(1, 30)) commit(store, [each], [{ name: "n", key: "k", value: each.body }]);
    yield* until(store.sync());
    const killed = yield* leftByKill(store);
    const path = join(killed, LOG);
    flip(path, where(path), 3);
    log.expectError({ msg: expect.stringContaining("The store was damaged") });
    const again = open({ directory: killed });
    expect(again.totals()).toEqual(store.totals());
    expect(numbers(again)).toEqual(numbers(store));
    expect(again.state("n")).toEqual(store.state("n"));
  });

  test("after what was on disk is a power failure, and quietly left out as a whole", function* ({ open }) {
    const store = open();
    commit(store, events(1, 5));
    yield* until(store.sync());
    const before = readFileSync(join(store.directory ?? "", LOG)).length;
    commit(store, events(6, 9), [{ name: "window", key: "end", value: "9" }]);
    commit(store, events(10, 12));
    const killed = yield* leftByKill(store);
    const path = join(killed, LOG);
    expect(frameAt(readFileSync(path).length)).toBeGreaterThan(frameAt(before) + 1);
    flip(path, before + 24 + 100);
    const again = open({ directory: killed });
    expect(numbers(again)).toEqual([1, 2, 3, 4, 5]);
    expect(again.state("window").size).toBe(0);
  });

  test("and cut off loses what was cut off, and says so", function* ({ open, log }) {
    const store = open();
    for (const each of events(1, 9)) commit(store, [each]);
    yield* until(store.sync());
    const killed = yield* leftByKill(store);
    const path = join(killed, LOG);
    truncateSync(path, readFileSync(path).length - 1);
    log.expectError({ missing: 1, msg: expect.stringContaining("The latest transactions are gone") });
    expect(numbers(open({ directory: killed }))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe("a repair that was interrupted", () => {
  test("is finished when the new store was complete", function* ({ open, stateDirectory }) {
    const store = open();
    commit(store, events(1, 3));
    store.close();
    const database = join(stateDirectory, DATABASE);
    renameSync(database, `${database}.new`);
    writeFileSync(database, "what was damaged");
    expect(numbers(open())).toEqual([1, 2, 3]);
    expect(filesIn(stateDirectory)).toContain("damaged-…");
  });

  test("is begun anew when it was not", function* ({ open, stateDirectory }) {
    const store = open();
    commit(store, events(1, 3));
    store.close();
    const draft = join(stateDirectory, `${DATABASE}.draft`);
    writeFileSync(draft, "half of a store");
    expect(numbers(open())).toEqual([1, 2, 3]);
    expect(existsSync(draft)).toBe(false);
  });
});
