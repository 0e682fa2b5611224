import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Operation, run, sleep, suspend, useScope } from "effection";
import { ContainedChild } from "../../../../framework/core/contained-child.ts";
import { openNursery } from "../../../../framework/core/index.ts";

/** Run by conformance.test.ts in a process of its own, whose heap nobody else touches: prints what children leave on it. */

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function heapUsed(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Of one child that waits; bytes. */
function* heapOfIdleChild(): Operation<number> {
  const children = 1_000;
  const before = heapUsed();
  const after = yield* openNursery(function* (nursery) {
    for (let i = 0; i < children; i++) nursery.startSoon(suspend);
    yield* sleep(0);
    const used = heapUsed();
    nursery.cancel();
    return used;
  });
  return ((after ?? Number.NaN) - before) / children;
}

/** Left behind by as many children as come and go, twice: the lesser of the two, since the engine may keep some once; bytes. */
function* growthOverShortChildren(children: number): Operation<number> {
  const growth: number[] = [];
  yield* openNursery(function* (nursery) {
    function* comeAndGo(count: number): Operation<void> {
      for (let i = 0; i < count; i++) {
        yield* nursery.start<void>(function* (started) {
          started();
        });
      }
    }
    yield* comeAndGo(3_000);
    for (let round = 0; round < 2; round++) {
      const before = heapUsed();
      yield* comeAndGo(children);
      growth.push(heapUsed() - before);
    }
  });
  return Math.min(...growth);
}

/** Left behind by as many turns in a contained child, one in a hundred of which opens another; bytes. */
function* growthOverContainedBodies(bodies: number): Operation<number> {
  const child = new ContainedChild(yield* useScope(), "work");
  function* takeTurns(count: number): Operation<void> {
    for (let i = 0; i < count; i++) {
      yield* child.run(function* () {
        if (i % 100 === 0) yield* sleep(0);
      });
      if (i % 100 === 0) yield* child.end();
    }
  }
  yield* takeTurns(1_000);
  const before = heapUsed();
  yield* takeTurns(bodies);
  return heapUsed() - before;
}

await run(function* () {
  const idleChild = yield* heapOfIdleChild();
  const shortChildren = yield* growthOverShortChildren(5_000);
  const containedBodies = yield* growthOverContainedBodies(8_000);
  console.log(JSON.stringify({ idleChild, shortChildren, containedBodies }));
});
