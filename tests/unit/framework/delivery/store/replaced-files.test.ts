import { chmodSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "effection";
import { describe, expect } from "../../../../../testlib/index.ts";
import { filesIn, leftByKill } from "./files.ts";
import { commit, event, events, numbers, QUEUED_AT, test } from "./support.ts";

const FILES = ["lock", "outbox.db", "outbox.db-shm", "outbox.db-wal", "owner.json", "synced"];

describe("files that are taken away from a store that is open", () => {
  const accidents = [
    ["everything in the directory", (path: string) => readdirSync(path).map((name) => rmSync(join(path, name)))],
    ["the directory", (path: string) => rmSync(path, { recursive: true })],
    ["the database", (path: string) => rmSync(join(path, "outbox.db"))],
    ["the log", (path: string) => rmSync(join(path, "outbox.db-wal"))],
    ["the index of the log", (path: string) => rmSync(join(path, "outbox.db-shm"))],
  ] as const;

  test.each(accidents)("are written anew: %s", function* ([, happen], { open, log, stateDirectory }) {
    const store = open();
    commit(store, events(1, 50), [{ name: "runs", key: "a", value: "1" }]);
    store.acknowledge([1]);
    happen(stateDirectory);
    commit(store, [event(51)]);
    log.expectError("They are written anew");
    store.maintain(QUEUED_AT);
    commit(store, [event(52)]);
    yield* until(store.sync());
    const killed = open({ directory: yield* leftByKill(store) });
    expect(killed.totals()).toEqual(store.totals());
    expect(numbers(killed)).toEqual(Array.from({ length: 51 }, (_, i) => i + 2));
    expect([...killed.state("runs")]).toEqual([["a", "1"]]);
    expect(filesIn(stateDirectory).filter((name) => name !== "damaged-…")).toEqual(FILES);
  });

  test("are missed by a commit as well, when nobody has looked for a second", function* ({
    open,
    log,
    clock,
    stateDirectory,
  }) {
    const store = open();
    commit(store, [event(1)]);
    rmSync(stateDirectory, { recursive: true });
    log.expectError("They are written anew");
    yield* clock.advance(1_000);
    commit(store, [event(2)]);
    store.close();
    expect(numbers(open())).toEqual([1, 2]);
  });

  test("and replaced by others: those are set aside", function* ({ open, log, stateDirectory }) {
    const store = open();
    commit(store, [event(1)]);
    rmSync(join(stateDirectory, "outbox.db"));
    writeFileSync(join(stateDirectory, "outbox.db"), "a stranger");
    log.expectError("They are written anew");
    store.maintain(QUEUED_AT);
    commit(store, [event(2)]);
    store.close();
    expect(numbers(open())).toEqual([1, 2]);
    expect(filesIn(stateDirectory)).toContain("damaged-…");
  });
});

test("what is written is for this user only", function* ({ open, stateDirectory }) {
  chmodSync(stateDirectory, 0o755);
  const store = open({ directory: join(stateDirectory, "a", "b") });
  commit(store, [event(1)]);
  const modeOf = (...path: readonly string[]) => statSync(join(stateDirectory, ...path)).mode & 0o777;
  expect([modeOf("a"), modeOf("a", "b")]).toEqual([0o700, 0o700]);
  expect(FILES.map((name) => modeOf("a", "b", name))).toEqual(FILES.map(() => 0o600));
});
