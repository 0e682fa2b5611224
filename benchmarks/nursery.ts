/**
 * What a child of a nursery costs: `node --expose-gc benchmarks/nursery.ts`. Budget: start and join in at most 50 µs.
 */
import { type Operation, sleep, spawn, suspend } from "effection";
import { openNursery } from "../framework/core/index.ts";
import { measure } from "./measure.ts";

function* nothing(): Operation<void> {}

function* spawnAndJoin(children: number): Operation<void> {
  for (let i = 0; i < children; i++) yield* yield* spawn(nothing);
}

function* spawnAllThenJoin(children: number): Operation<void> {
  const tasks: Operation<void>[] = [];
  for (let i = 0; i < children; i++) tasks.push(yield* spawn(nothing));
  for (const task of tasks) yield* task;
}

/** One after the other in a nursery that stays open. */
function* oneByOne(children: number): Operation<void> {
  yield* openNursery(function* (nursery) {
    for (let i = 0; i < children; i++) {
      yield* nursery.start<void>(function* (started) {
        started();
      });
    }
  });
}

function* allAtOnce(children: number, child: () => Operation<void>): Operation<void> {
  yield* openNursery(function* (nursery) {
    for (let i = 0; i < children; i++) nursery.startSoon(child);
  });
}

function* cancelled(children: number): Operation<void> {
  yield* openNursery(function* (nursery) {
    for (let i = 0; i < children; i++) nursery.startSoon(suspend);
    yield* sleep(0);
    nursery.cancel();
  });
}

function* aNurseryEach(children: number): Operation<void> {
  for (let i = 0; i < children; i++) yield* openNursery(nothing);
}

await measure("a child that does nothing", [
  { name: "spawn, join", operations: 2_000, body: spawnAndJoin },
  { name: "1,000 times spawn, then join", operations: 1_000, body: spawnAllThenJoin },
  { name: "nursery of 1,000: startSoon, join", operations: 1_000, body: (n) => allAtOnce(n, nothing) },
  { name: "nursery of 1,000: start, one by one", operations: 1_000, body: oneByOne },
  { name: "nursery of 1,000: startSoon, cancel", operations: 1_000, body: cancelled },
  { name: "openNursery, nothing but its body", operations: 1_000, body: aNurseryEach },
]);
