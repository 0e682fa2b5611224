import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Operation, spawn, suspend } from "effection";
import { moveOnAfter, Shutdown, ShutdownContext } from "../../../../../framework/core/index.ts";
import { type EventStore, useStore } from "../../../../../framework/delivery/index.ts";
import { Connection } from "../../../../../framework/delivery/store/connection.ts";
import { expect, thrownBy } from "../../../../../testlib/index.ts";
import { commit, event, MIB, numbers, test } from "./support.ts";

test("a store is open for as long as its scope", function* ({ stateDirectory, log: _, clock: __ }) {
  const options = { directory: stateDirectory, maxBytes: MIB };
  const kept: EventStore[] = [];
  yield* moveOnAfter(1, function* () {
    const store = yield* useStore(options);
    kept.push(store);
    commit(store, [event(1)]);
    yield* suspend();
  });
  expect(() => kept[0]?.totals()).toThrow("The store is closed.");
  const again = yield* useStore(options);
  expect(numbers(again)).toEqual([1]);
});

test("a directory that is in use is not waited for", function* ({ open, stateDirectory }) {
  open();
  const error = yield* thrownBy(() => useStore({ directory: stateDirectory, maxBytes: MIB }));
  expect(error).toMatchObject({ code: "E_STATE_DIR_IN_USE" });
});

test.each([["/sys/kernel"], ["/sys"]])(
  "a store that cannot be written is kept in memory, and the log says so: %s",
  function* ([directory], { log }) {
    log.expectError({ err: { code: "E_STORE_READ_ONLY" }, msg: expect.stringContaining("a restart loses them") });
    const store = yield* useStore({ directory, maxBytes: MIB });
    expect(store.directory).toBeUndefined();
    expect(commit(store, [event(1)])).toEqual([1]);
  },
);

/** Begins to open a store, and says when it is open. */
function* opening(directory: string): Operation<EventStore[]> {
  const opened: EventStore[] = [];
  yield* spawn(function* () {
    opened.push(yield* useStore({ directory, maxBytes: MIB }));
    yield* suspend();
  });
  return opened;
}

test("a wish to end is not kept waiting for a store that cannot be opened", function* ({ clock, log, stateDirectory }) {
  const path = join(stateDirectory, "outbox.db");
  writeFileSync(path, "");
  const other = new Connection(path);
  other.execute("CREATE TABLE t (a); BEGIN EXCLUSIVE");
  log.expectError({ err: { code: "E_STORE_BUSY" } });
  const shutdown = yield* ShutdownContext.set(new Shutdown());
  const opening = yield* spawn(() => thrownBy(() => useStore({ directory: stateDirectory, maxBytes: MIB })));
  yield* clock.advance(7_000);
  shutdown.request();
  expect(yield* opening).toMatchObject({ code: "E_STORE_NOT_OPENED", cause: { code: "E_STORE_BUSY" } });
  expect(clock.now()).toBe(7_000);
  other.execute("COMMIT");
  other.close();
});

test("a store that cannot be opened now is tried until it can", function* ({ clock, log, stateDirectory }) {
  const path = join(stateDirectory, "outbox.db");
  writeFileSync(path, "");
  const other = new Connection(path);
  other.execute("CREATE TABLE t (a); BEGIN EXCLUSIVE");
  log.expectError({ err: { code: "E_STORE_BUSY" } });
  const opened = yield* opening(stateDirectory);
  yield* clock.advance(5_000);
  expect([opened.length, log.lines.length]).toEqual([0, 1]);
  other.execute("DROP TABLE t; COMMIT");
  other.close();
  yield* clock.advance(5_000);
  expect(opened.map((store) => store.directory)).toEqual([stateDirectory]);
  expect(existsSync(join(stateDirectory, "lock"))).toBe(true);
});
