import fs, { readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { ensure, until } from "effection";
import { describe, expect, thrownBy, vi } from "../../../../../testlib/index.ts";
import { leftByKill } from "./files.ts";
import { commit, event, events, MIB, numbers, QUEUED_AT, test } from "./support.ts";

const LOG = "outbox.db-wal";
const large = (count: number) => events(1, count, { body: JSON.stringify({ text: "x".repeat(4_000) }) });

/** A disk that fails when told so. */
function fallibleDisk() {
  const disk = {
    failure: undefined as NodeJS.ErrnoException | undefined,
    flushes: 0,
    async flush(): Promise<void> {
      disk.flushes++;
      if (disk.failure !== undefined) throw disk.failure;
    },
  };
  return disk;
}

describe("sync", () => {
  test("waits for the disk, off the event loop", function* ({ open }) {
    const disk = fallibleDisk();
    const store = open({ flush: disk.flush });
    commit(store, [event(1)]);
    expect(disk.flushes).toBe(0);
    yield* until(store.sync());
    expect(disk.flushes).toBe(1);
  });

  test("is done at once in memory", function* ({ open }) {
    const disk = fallibleDisk();
    yield* until(open({ directory: undefined, flush: disk.flush }).sync());
    expect(disk.flushes).toBe(0);
  });

  test("may be asked for by several at a time, while more is committed", function* ({ open }) {
    const store = open();
    const syncs = Array.from({ length: 20 }, (_, i) => {
      commit(store, [event(i)]);
      return store.sync();
    });
    yield* until(Promise.all(syncs));
    expect(numbers(open({ directory: yield* leftByKill(store) }))).toHaveLength(20);
  });

  test.each([
    ["ENOSPC", "E_STORE_FULL"],
    ["EIO", "E_STORE_IO"],
    ["EROFS", "E_STORE_READ_ONLY"],
  ])("fails when the disk does: %s", function* ([systemCode, code], { open }) {
    const disk = fallibleDisk();
    const store = open({ flush: disk.flush });
    commit(store, [event(1)]);
    disk.failure = Object.assign(new Error("the disk is bad"), { code: systemCode });
    expect(yield* thrownBy(() => until(store.sync()))).toMatchObject({ code, retryable: true });
  });

  test("writes all of it to new files when the disk has not taken something", function* ({
    open,
    log,
    stateDirectory,
  }) {
    const disk = fallibleDisk();
    const store = open({ flush: disk.flush });
    commit(store, events(1, 20), [{ name: "runs", key: "a", value: "1" }]);
    disk.failure = Object.assign(new Error("the disk is bad"), { code: "EIO" });
    yield* thrownBy(() => until(store.sync()));
    const born = () => statSync(join(stateDirectory, LOG), { bigint: true }).birthtimeNs; // its inode may be used again
    const before = born();
    disk.failure = undefined; // the system says that all is well, and has forgotten what it did not write
    log.expectError("They are written anew");
    yield* until(store.sync());
    expect(born()).toBeGreaterThan(before);
    expect([numbers(store).length, store.state("runs").get("a")]).toEqual([20, "1"]);
    commit(store, [event(21)]);
    yield* until(store.sync());
    expect(numbers(open({ directory: yield* leftByKill(store) }))).toHaveLength(21);
  });
});

describe("the write-ahead log", () => {
  test("stays small however much is written", function* ({ open, stateDirectory }) {
    const store = open({ maxBytes: 32 * MIB });
    for (let i = 0; i < 400; i++) {
      store.acknowledge(commit(store, large(20)));
      yield* until(store.sync());
    }
    expect(store.totals()).toMatchObject({ emitted: 8_000, queued: 0 });
    expect(statSync(join(stateDirectory, LOG)).size).toBeLessThan(24 * MIB);
  });

  test("is written back while events come and go, and nothing is lost in between", function* ({ open }) {
    const store = open({ maxBytes: 32 * MIB });
    let next = 1;
    for (let i = 0; i < 150; i++) {
      commit(store, large(30));
      const syncing = store.sync();
      store.acknowledge(Array.from({ length: 20 }, () => next++));
      yield* until(syncing);
      if (i % 30 !== 0) continue;
      const killed = open({ directory: yield* leftByKill(store) });
      expect(killed.totals()).toEqual(store.totals());
      expect(killed.eventsAfter(0, MIB)).toEqual(store.eventsAfter(0, MIB));
      killed.close();
    }
  });

  test("is written back when there is nothing else to do", function* ({ open, stateDirectory }) {
    const store = open();
    commit(store, large(300));
    const database = join(stateDirectory, "outbox.db");
    const before = statSync(database).size;
    store.maintain(QUEUED_AT);
    store.maintain(QUEUED_AT + 1_000);
    while (statSync(database).size === before) yield* until(new Promise(setImmediate));
    expect(numbers(open({ directory: yield* leftByKill(store) }))).toHaveLength(300);
  });

  test("grows, and is tried again, while the disk cannot take it", function* ({ open, log }) {
    const disk = fallibleDisk();
    const store = open({ flush: disk.flush });
    commit(store, large(300));
    disk.failure = Object.assign(new Error("the disk is bad"), { code: "EIO" });
    store.maintain(QUEUED_AT);
    store.maintain(QUEUED_AT + 1_000);
    while (log.lines.length === 0) yield* until(new Promise(setImmediate));
    log.expect({ level: "warn", err: { message: "the disk is bad" } });
    expect(commit(store, [event(1)])).toEqual([301]);
    store.maintain(QUEUED_AT + 2_000);
    expect(log.lines).toHaveLength(1);
  });
});

test("closing does not wait for what is being flushed", function* ({ open }) {
  const store = open();
  commit(store, large(300));
  const syncing = store.sync();
  store.close();
  yield* until(syncing);
  expect(numbers(open())).toHaveLength(300);
});

describe("a store that cannot be opened leaves no file open", () => {
  const openFiles = () => readdirSync("/proc/self/fd").length;

  test("when a file of it cannot be written to", function* ({ open, stateDirectory }) {
    open().close();
    rmSync(join(stateDirectory, "synced"));
    symlinkSync("/sys/kernel/notes", join(stateDirectory, "synced")); // is opened after all else
    const before = openFiles();
    for (let i = 0; i < 5; i++) expect(() => open()).toThrow("EACCES");
    expect(openFiles()).toBe(before);
  });

  test("when the disk does not take its directory", function* ({ open }) {
    open().close();
    const before = openFiles();
    const failing = vi.spyOn(fs, "fsyncSync").mockImplementation(() => {
      throw Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });
    });
    yield* ensure(() => {
      failing.mockRestore();
      syncBuiltinESMExports();
    });
    syncBuiltinESMExports();
    for (let i = 0; i < 5; i++) expect(() => open()).toThrow("EIO");
    expect(openFiles()).toBe(before);
  });
});
