import { type Operation, resource, sleep, spawn, suspend, useScope } from "effection";
import { type Nursery, openNursery, runningTasks } from "../../../../framework/core/index.ts";
import { describe, expect, test } from "../../../../testlib/index.ts";

/** What goes on below the calling task once it has started an agent whose nursery has these children. */
function* runningIn(fill: (nursery: Nursery) => void): Operation<readonly string[]> {
  const scope = yield* useScope();
  const agent = yield* spawn(() =>
    openNursery(function* (nursery) {
      fill(nursery);
    }),
  );
  yield* sleep(0);
  const running = runningTasks(scope);
  yield* agent.halt();
  expect(runningTasks(scope)).toEqual([]);
  return running;
}

describe("the tasks that run", () => {
  test("are the innermost children, with those that they run in before them", function* () {
    const running = yield* runningIn((nursery) => {
      nursery.startSoon(suspend, { name: "heartbeat" });
      nursery.startSoon(nurseryOf("pages"), { name: "jobs" });
    });
    expect(running).toEqual(["heartbeat", "jobs > pages"]);
  });

  test("have names: what a child spawns is the child's business", function* () {
    const scope = yield* useScope();
    const nameless = yield* spawn(() => sleep(1));
    yield* sleep(0);
    expect(runningTasks(scope)).toEqual([]);
    yield* nameless.halt();
    const running = yield* runningIn((nursery) => nursery.startSoon(() => spawnAndWait(), { name: "poller" }));
    expect(running).toEqual(["poller"]);
  });

  test("are there while they wait, open resources or clean up", function* () {
    const running = yield* runningIn((nursery) => {
      nursery.startSoon(() => resource<void>((provide) => provide()), { name: "ended" });
      nursery.startSoon(
        function* () {
          yield* resource<void>((provide) => provide());
          yield* suspend();
        },
        { name: "reader" },
      );
    });
    expect(running).toEqual(["reader"]);
  });

  test("are not all listed: the first of those whose names differ in a number, and 20 at most", function* () {
    const workers = yield* runningIn((nursery) => {
      for (let i = 1; i <= 32; i++) nursery.startSoon(suspend, { name: `worker${i}` });
      nursery.startSoon(suspend, { name: "worker" });
    });
    expect(workers).toEqual(["worker1", "worker"]);
    const named = (names: string) =>
      runningIn((nursery) => {
        for (const name of names) nursery.startSoon(suspend, { name });
      });
    const all = "abcdefghijklmnopqrst";
    expect(yield* named(all)).toEqual([...all]);
    expect(yield* named(`${all}uv`)).toEqual([...all, "2 more"]);
  });
});

function* spawnAndWait(): Operation<void> {
  yield* spawn(suspend);
  yield* suspend();
}

function nurseryOf(name: string): () => Operation<void> {
  return () =>
    openNursery(function* (nursery) {
      nursery.startSoon(suspend, { name });
    });
}
