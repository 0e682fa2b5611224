import { readdirSync } from "node:fs";
import { until } from "effection";
import { EventStore, type Staged } from "../../../framework/delivery/index.ts";
import { describe, expect, test } from "../../../testlib/index.ts";
import { startChild } from "./child.ts";

const event = (number: number): Staged => ({
  type: "run-status",
  lane: "a",
  body: `{"number":${number}}`,
  queuedAt: 0,
});
const queue = (store: EventStore, count: number) => {
  const events = Array.from({ length: count }, (_, i) => event(i + 1));
  return store.commit([{ events, state: [] }]).flat();
};

describe("a store that another process has open", () => {
  test("is refused, until that process is killed; then it opens at once", function* ({ stateDirectory }) {
    const holder = yield* startChild("hold.ts", [stateDirectory]);
    yield* until(holder.line("open"));
    const open = () => new EventStore({ directory: stateDirectory, maxBytes: 2 ** 30 });
    for (let i = 0; i < 3; i++) {
      expect(open).toThrow(
        expect.objectContaining({
          code: "E_STATE_DIR_IN_USE",
          message: expect.stringContaining(` is in use by process ${holder.pid} on `),
        }),
      );
    }
    yield* until(holder.kill());
    const store = open();
    expect(queue(store, 1)).toHaveLength(1);
    store.close();
  });
});

describe("a command beside an agent", () => {
  test("queues dead letters again, and the agent sees it", function* ({ stateDirectory }) {
    const store = new EventStore({ directory: stateDirectory, maxBytes: 2 ** 30 });
    for (const { id } of queue(store, 3)) store.refuse(id, 400, "no");
    expect(store.changedByOthers()).toBe(false);
    const command = yield* startChild("replay.ts", [stateDirectory]);
    expect(yield* until(command.exited)).toBe(0);
    expect(command.lines).toEqual(["replayed 3 of 3"]);
    expect([store.changedByOthers(), store.changedByOthers()]).toEqual([true, false]);
    expect(store.eventsAfter(3, 9).map(({ id }) => id)).toEqual([4, 5, 6]);
    expect([store.lastId(), store.totals()]).toEqual([6, expect.objectContaining({ emitted: 6, queued: 3 })]);
    expect(queue(store, 1).map(({ id }) => id)).toEqual([7]);
    store.close();
  });

  test("does not disturb it", function* ({ stateDirectory }) {
    const store = new EventStore({ directory: stateDirectory, maxBytes: 2 ** 30 });
    for (const { id } of queue(store, 500)) store.refuse(id, 400, "no");
    const command = yield* startChild("replay.ts", [stateDirectory]);
    let isOver = false;
    command.exited.then(() => {
      isOver = true;
    });
    let queued = 0;
    while (!isOver) {
      store.acknowledge(queue(store, 10).map(({ id }) => id));
      queued += 10;
      yield* until(store.sync());
    }
    expect(command.lines).toEqual(["replayed 500 of 500"]);
    expect(store.totals()).toMatchObject({ emitted: 1_000 + queued, acknowledged: queued, queued: 500 });
    store.close();
  });

  test("and beside another one queues each letter once", function* ({ stateDirectory }) {
    const store = new EventStore({ directory: stateDirectory, maxBytes: 2 ** 30 });
    for (const { id } of queue(store, 2_000)) store.refuse(id, 400, "no");
    const commands = [
      yield* startChild("replay.ts", [stateDirectory]),
      yield* startChild("replay.ts", [stateDirectory]),
    ];
    for (const { exited } of commands) expect(yield* until(exited)).toBe(0);
    const counts = commands.map(({ lines: [said = ""] }) => Number(said.split(" ")[1]));
    expect(counts.reduce((sum, count) => sum + count)).toBe(2_000);
    expect(store.totals()).toMatchObject({ emitted: 4_000, deadLettered: 2_000, queued: 2_000 });
    store.close();
  });

  test("works on the store of one that is stopped, and leaves it closed", function* ({ stateDirectory }) {
    const store = new EventStore({ directory: stateDirectory, maxBytes: 2 ** 30 });
    for (const { id } of queue(store, 2)) store.refuse(id, 400, "no");
    store.close();
    const command = yield* startChild("replay.ts", [stateDirectory]);
    expect(yield* until(command.exited)).toBe(0);
    expect(readdirSync(stateDirectory).sort()).toEqual(["lock", "outbox.db", "owner.json", "synced"]);
    const again = new EventStore({ directory: stateDirectory, maxBytes: 2 ** 30 });
    expect(again.totals()).toMatchObject({ deadLettered: 2, queued: 2 });
    again.close();
  });
});
