import { existsSync } from "node:fs";
import { join } from "node:path";
import { openStoreForCommand } from "../../../../../framework/delivery/index.ts";
import { Connection } from "../../../../../framework/delivery/store/connection.ts";
import { MIGRATIONS, type Migration, migrate } from "../../../../../framework/delivery/store/migrations.ts";
import { rowChecksum } from "../../../../../framework/delivery/store/tables/column-types.ts";
import { Events } from "../../../../../framework/delivery/store/tables/index.ts";
import { agentVersion } from "../../../../../framework/version.ts";
import { expect } from "../../../../../testlib/index.ts";
import { UnrecoverableError } from "../../../../../toolkit/index.ts";
import { test as base, commit, event, numbers } from "./support.ts";

const test = base.extend({
  /** The database of a store that was written and closed. */
  *database({ open, stateDirectory }) {
    const store = open();
    commit(store, [event(1)]);
    store.close();
    const connection = new Connection(join(stateDirectory, "outbox.db"));
    return connection;
  },
});

const addColumn: Migration = (connection) => {
  connection.execute("ALTER TABLE events ADD COLUMN priority INTEGER NOT NULL DEFAULT 5");
};
const raisePriority: Migration = (connection) => {
  connection.run("UPDATE events SET priority = priority + 1");
};

/** What the database says about itself. */
function versions(connection: Connection): readonly unknown[] {
  const [, writtenBy, schema] = connection.first("SELECT * FROM about") ?? [];
  return [connection.number("PRAGMA user_version"), schema, writtenBy];
}

test("a new store has the latest version, and says who has written it", function* ({ database }) {
  expect(versions(database)).toEqual([MIGRATIONS.length, MIGRATIONS.length, agentVersion()]);
  database.close();
});

test("an older store is brought up to date, step by step, and keeps what is in it", function* ({ database }) {
  migrate(database, [...MIGRATIONS, addColumn, raisePriority]);
  expect(versions(database)).toEqual([MIGRATIONS.length + 2, MIGRATIONS.length + 2, agentVersion()]);
  expect(database.number("SELECT priority FROM events")).toBe(6);
  migrate(database, [...MIGRATIONS, addColumn, raisePriority]);
  expect(database.number("SELECT priority FROM events")).toBe(6);
  database.close();
});

test("a store of version 1 gets the index of lanes of version 2", function* ({ stateDirectory, open }) {
  const path = join(stateDirectory, "outbox.db");
  const old = new Connection(path);
  migrate(old, MIGRATIONS.slice(0, 1));
  const rows = new Events(old);
  const event = { type: "run-status", body: "{}", queuedAt: 0, attempts: 0, dedupeKey: undefined } as const;
  rows.insert([1, 2, 3].map((id) => ({ ...event, id, lane: `run ${id % 2}` })));
  old.run("UPDATE counters SET last_id = 3, emitted = 3, crc = ?", rowChecksum(3, 3, 0, 0, 0, 0, 0));
  old.close();
  const store = open();
  expect(store.eventsOfLane("run 1", 0, 5).map(({ id }) => id)).toEqual([1, 3]);
  expect(store.lanes(5).map(({ lane, count }) => [lane, count])).toEqual([
    ["run 1", 2],
    ["run 0", 1],
  ]);
});

test("a step that fails leaves the store as it was", function* ({ database }) {
  const fail: Migration = (connection) => connection.execute("DROP TABLE no_such_table");
  expect(() => migrate(database, [...MIGRATIONS, addColumn, fail])).toThrow("no such table");
  expect(versions(database)).toEqual([MIGRATIONS.length, MIGRATIONS.length, agentVersion()]);
  expect(() => database.number("SELECT priority FROM events")).toThrow("no such column");
  database.close();
});

test("a store of a later release is refused, with its release and what to do", function* ({ database, open }) {
  database.execute("UPDATE about SET schema = 9, written_by = '9.1.0'; PRAGMA user_version = 9");
  database.close();
  expect(open).toThrow(
    expect.objectContaining({
      code: "E_STORE_VERSION",
      message: expect.stringMatching(/written by release 9\.1\.0 \(version 9 .+ Start that release or a later one/),
    }),
  );
  expect(open).toThrow(UnrecoverableError);
});

test("a version that is damaged is not taken for that of a later release", function* ({ database, open, log }) {
  database.execute("PRAGMA user_version = 4097");
  database.close();
  log.expectError("The store was damaged");
  expect(numbers(open())).toEqual([1]);
});

test("a command works on a store of its own release only", function* ({ database, stateDirectory }) {
  database.execute("UPDATE about SET schema = 9, written_by = '9.1.0'; PRAGMA user_version = 9");
  expect(() => openStoreForCommand(stateDirectory)).toThrow(expect.objectContaining({ code: "E_STORE_VERSION" }));
  database.execute("UPDATE about SET schema = 0; PRAGMA user_version = 0");
  expect(() => openStoreForCommand(stateDirectory)).toThrow(/Start an agent of this release on it once/);
  database.close();
});

test("a command makes no store where there is none", function* ({ stateDirectory }) {
  expect(() => openStoreForCommand(stateDirectory)).toThrow(expect.objectContaining({ code: "E_NO_STORE" }));
  expect(existsSync(join(stateDirectory, "outbox.db"))).toBe(false);
});
