import { sleep, spawn, suspend } from "effection";
import { z } from "zod";
import { openNursery, unitOfWork } from "../../../../framework/core/index.ts";
import { openState } from "../../../../framework/delivery/index.ts";
import { describe, expect, thrownBy } from "../../../../testlib/index.ts";
import { withDedupeKey } from "../../../../toolkit/observability/index.ts";
import { test } from "./life.ts";
import { deliver, event, isEmpty, taskEvent } from "./support.ts";

const count = { name: "counts", schema: z.number() };

describe("a unit of work", () => {
  test("keeps what it sends and changes when it ends, and nothing before", function* ({ clock, live }) {
    yield* live(function* ({ send, receive, outbox }) {
      const state = yield* openState(count);
      const unit = yield* spawn(() =>
        unitOfWork(function* () {
          yield* send.send(event("r", "1"));
          yield* state.set("a", 1);
          yield* sleep(1_000);
          yield* send.send(event("r", "2"));
        }),
      );
      yield* clock.advance(999);
      expect([isEmpty(receive), outbox.statistics().emitted, yield* state.get("a")]).toEqual([true, 0, undefined]);
      yield* unit;
      expect([outbox.statistics().emitted, yield* state.get("a")]).toEqual([2, 1]);
    });
    yield* live(function* ({ receive }) {
      expect(yield* (yield* openState(count)).get("a")).toBe(1);
      expect(yield* deliver(receive, 2)).toEqual(["1", "2"]);
    });
  });

  test("that fails keeps nothing", function* ({ life: { send, receive, outbox } }) {
    const state = yield* openState(count);
    const error = yield* thrownBy(() =>
      unitOfWork(function* () {
        yield* send.send(event("r", "1"));
        yield* state.set("a", 1);
        throw new Error("no luck");
      }),
    );
    expect(error).toMatchObject({ message: "no luck" });
    yield* send.send(event("r", "2"));
    expect(yield* deliver(receive, 1)).toEqual(["2"]);
    expect([outbox.statistics().emitted, yield* state.get("a")]).toEqual([1, undefined]);
  });

  test("that is halted keeps nothing", function* ({ clock, life: { send, receive, outbox } }) {
    const unit = yield* spawn(() =>
      unitOfWork(function* () {
        yield* send.send(event("r", "1"));
        yield* suspend();
      }),
    );
    yield* clock.advance(10);
    yield* unit.halt();
    expect([isEmpty(receive), outbox.statistics().emitted]).toEqual([true, 0]);
  });

  test("in another joins it: what it has sent goes with the outer one", function* ({
    life: { send, receive, outbox },
  }) {
    const error = yield* thrownBy(() =>
      unitOfWork(function* () {
        yield* unitOfWork(() => send.send(event("r", "inner")));
        throw new Error("outer");
      }),
    );
    expect([error, outbox.statistics().emitted]).toMatchObject([{ message: "outer" }, 0]);
    yield* unitOfWork(function* () {
      yield* send.send(event("r", "1"));
      yield* unitOfWork(() => send.send(event("r", "2")));
      expect(isEmpty(receive)).toBe(true);
    });
    expect(yield* deliver(receive, 2)).toEqual(["1", "2"]);
  });

  test("in another has no rollback of its own: what it did before it failed is kept with the outer one", function* ({
    life: { send, receive },
  }) {
    const state = yield* openState(count);
    yield* unitOfWork(function* () {
      yield* thrownBy(() =>
        unitOfWork(function* () {
          yield* send.send(event("r", "inner"));
          yield* state.set("a", 1);
          throw new Error("caught");
        }),
      );
      yield* send.send(event("r", "outer"));
    });
    expect(yield* deliver(receive, 2)).toEqual(["inner", "outer"]);
    expect(yield* state.get("a")).toBe(1);
  });

  test("halts at its end what it has spawned, and waits for the children of a nursery", function* ({
    clock: _,
    life: { send, receive, outbox },
  }) {
    function* late(text: string) {
      yield* sleep(100);
      yield* send.send(event("r", text));
    }
    yield* unitOfWork(function* () {
      yield* spawn(() => late("spawned"));
    });
    expect(outbox.statistics().emitted).toBe(0);
    yield* unitOfWork(() =>
      openNursery(function* (nursery) {
        nursery.startSoon(late("started"));
      }),
    );
    expect(yield* deliver(receive, 1)).toEqual(["started"]);
  });

  test("returns what its body returns, and keeps what the tasks have sent that this has waited for", function* ({
    clock,
    life: { send, receive },
  }) {
    const result = yield* unitOfWork(function* () {
      const part = yield* spawn(function* () {
        yield* sleep(100);
        yield* send.send(event("r", "spawned"));
      });
      yield* send.send(event("r", "own"));
      yield* part;
      return 7;
    });
    expect([result, clock.now()]).toEqual([7, 100]);
    expect(yield* deliver(receive, 2)).toEqual(["own", "spawned"]);
  });

  test("does not take in what others send at the same time", function* ({ clock, life: { send, receive } }) {
    const other = send.clone();
    yield* spawn(function* () {
      yield* sleep(10);
      yield* other.send(event("other", "2"));
    });
    yield* thrownBy(() =>
      unitOfWork(function* () {
        yield* send.send(event("r", "1"));
        yield* sleep(20);
        throw new Error("no luck");
      }),
    );
    expect(clock.now()).toBe(20);
    expect(yield* deliver(receive, 1)).toEqual(["2"]);
  });

  test("lets a run's end go after all else of the run that it holds", function* ({ life: { send, receive } }) {
    yield* unitOfWork(function* () {
      yield* send.send(event("r", "begins"));
      yield* send.send(event("r", "ends", "COMPLETED"));
      yield* send.send(taskEvent("r", "task"));
      yield* send.send(taskEvent("r", "another"));
    });
    yield* send.send(taskEvent("r", "late"));
    expect(yield* deliver(receive, 5)).toEqual(["begins", "task", "another", "ends", "late"]);
  });

  test("and each repair of it after the end that it follows", function* ({ life: { send, receive } }) {
    yield* unitOfWork(function* () {
      yield* send.send(event("r", "fails", "FAILED"));
      yield* send.send(taskEvent("r", "task"));
      yield* send.send(event("r", "is repaired"));
      yield* send.send(event("r", "fails again", "FAILED"));
      yield* send.send(event("r", "ends", "COMPLETED"));
      yield* send.send(taskEvent("r", "repaired task"));
    });
    const order = ["task", "fails", "is repaired", "fails again", "repaired task", "ends"];
    expect(yield* deliver(receive, 6)).toEqual(order);
  });

  test("may be larger than the room there is, and waits for room before its first event only", function* ({
    clock,
    life: { send, receive, outbox },
  }) {
    const fill = (count: number) =>
      unitOfWork(function* () {
        for (let i = 0; i < count; i++) yield* send.send(event(`run ${i}`, "1"));
      });
    yield* fill(outbox.room.capacity + 100);
    const next = yield* spawn(() => fill(3));
    yield* clock.advance(1_000);
    expect(send.statistics()).toMatchObject({ bufferUsed: outbox.room.capacity + 100, sendersWaiting: 1 });
    yield* deliver(receive, 101);
    yield* next;
    expect(outbox.statistics().emitted).toBe(outbox.room.capacity + 103);
  });

  test("runs its body where there is no outbox", function* () {
    expect(
      yield* unitOfWork(() =>
        unitOfWork(function* () {
          return 7;
        }),
      ),
    ).toBe(7);
  });
});

describe("an event with a key", () => {
  test("is left out when one with that key was sent before, in whatever life", function* ({ live }) {
    const keyed = (name: string) => withDedupeKey(event("r", name), "r/COMPLETED");
    yield* live(function* ({ send, receive, outbox }) {
      yield* unitOfWork(function* () {
        yield* send.send(keyed("1"));
        yield* send.send(keyed("2"));
      });
      yield* send.send(keyed("3"));
      yield* send.send(event("r", "4"));
      expect(yield* deliver(receive, 2)).toEqual(["1", "4"]);
      expect(outbox.statistics()).toMatchObject({ emitted: 4, acknowledged: 2, deduplicated: 2, queued: 0 });
    });
    yield* live(function* ({ send, receive, outbox }) {
      yield* send.send(keyed("5"));
      expect(isEmpty(receive)).toBe(true);
      expect(outbox.statistics()).toMatchObject({ emitted: 5, acknowledged: 2, deduplicated: 3, queued: 0 });
    });
  });

  test("of a unit that failed was not sent", function* ({ life: { send, receive } }) {
    const keyed = withDedupeKey(event("r", "1"), "key");
    yield* thrownBy(() =>
      unitOfWork(function* () {
        yield* send.send(keyed);
        throw new Error("no luck");
      }),
    );
    yield* send.send(keyed);
    expect(yield* deliver(receive, 1)).toEqual(["1"]);
  });
});
