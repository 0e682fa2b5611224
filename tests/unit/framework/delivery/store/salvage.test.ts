import { join } from "node:path";
import { Connection } from "../../../../../framework/delivery/store/connection.ts";
import { storePaths } from "../../../../../framework/delivery/store/disk/index.ts";
import { Debris } from "../../../../../framework/delivery/store/salvage/debris.ts";
import type { RawRow } from "../../../../../framework/delivery/store/salvage/records.ts";
import { describe, expect } from "../../../../../testlib/index.ts";
import { leftByKill } from "./files.ts";
import { commit, event, seeded, test } from "./support.ts";

/** Rows with as many columns as those of a table, as they are found without SQLite. */
function rowsFound(directory: string, columns: number): readonly RawRow[] {
  const debris = new Debris(storePaths(directory));
  const rows = new Map<unknown, RawRow>();
  debris.visit((row) => {
    if (row.length === columns) rows.set(row[0], row);
    return true;
  });
  debris.close();
  return [...rows.values()].sort(([a], [b]) => Number(a) - Number(b));
}

function rowsOf(directory: string, table: string): readonly unknown[] {
  const connection = new Connection(join(directory, "outbox.db"));
  const rows = connection.all(`SELECT * FROM ${table} ORDER BY id`);
  connection.close();
  return rows;
}

describe("rows found without SQLite are those that SQLite finds", () => {
  test("whatever they are like, in the database or in its log", function* ({ open }) {
    const random = seeded(1);
    const store = open();
    const sizes = [0, 1, 3_000, 4_030, 4_061, 4_062, 4_080, 4_096, 8_200, 70_000];
    const any = (number: number) => {
      const text = "ä\u0000%\n".repeat(random(20)) + "x".repeat((sizes[random(sizes.length)] ?? 0) + random(40));
      const queuedAt = [0, 1, -1, 127, 32_768, 8_388_608, 2 ** 31, 2 ** 40, 2 ** 47, 2 ** 52][random(10)] ?? 0;
      return event(number, { body: JSON.stringify({ text }), lane: text.slice(0, random(50)), queuedAt });
    };
    for (let i = 0; i < 60; i++) {
      const ids = commit(
        store,
        Array.from({ length: random(12) }, (_, n) => any(100 * i + n)),
      );
      for (const id of ids) if (random(3) === 0) store.acknowledge([id]);
      for (const id of ids) if (random(8) === 0) store.refuse(id, 400, "x".repeat(random(9_000)));
      if (i === 30) for (let second = 0; second < 3; second++) store.maintain(second * 1_000);
    }
    const killed = yield* leftByKill(store);
    const found = [rowsFound(killed, 8), rowsFound(killed, 10)];
    expect(found).toEqual([rowsOf(killed, "events"), rowsOf(killed, "dead_letters")]);
    expect(found.map((rows) => rows.length > 20)).toEqual([true, true]);
  });

  test("and what was deleted is not among them", function* ({ open }) {
    const store = open();
    const ids = commit(
      store,
      Array.from({ length: 1_000 }, (_, i) => event(i, { body: `{"i":${i},"x":"${"x".repeat(i)}"}` })),
    );
    store.acknowledge(ids);
    store.maintain(0);
    store.maintain(1_000);
    expect(rowsFound(yield* leftByKill(store), 8)).toEqual([]);
    store.close();
    expect(rowsFound(store.directory ?? "", 8)).toEqual([]);
  });
});
