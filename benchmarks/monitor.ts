/**
 * What it costs that the agent watches itself: `node --expose-gc benchmarks/monitor.ts`. Compare within one run.
 */
import type { Operation } from "effection";
import {
  channelReceiveLoop,
  Monitor,
  MonitorContext,
  openMemoryChannel,
  openNursery,
  periodicLoop,
} from "../framework/core/index.ts";
import { measure } from "./measure.ts";

const watched = (body: (operations: number) => Operation<void>) =>
  function* (operations: number): Operation<void> {
    yield* MonitorContext.set(new Monitor());
    yield* body(operations);
  };

function* items(count: number): Operation<void> {
  const [send, receive] = openMemoryChannel<number>(Number.POSITIVE_INFINITY);
  for (let i = 0; i < count; i++) send.sendNowait(i);
  send.close();
  yield* channelReceiveLoop({ name: "items", *execute() {} }, receive);
}

function* ticks(count: number): Operation<void> {
  let ticked = 0;
  const task = {
    name: "ticks",
    *execute(tick: { finish(): void }) {
      if (++ticked === count) tick.finish();
    },
  };
  yield* periodicLoop(task, { periodMs: 0.000_001 });
}

function* children(count: number): Operation<void> {
  yield* openNursery(function* (nursery) {
    for (let i = 0; i < count; i++) {
      yield* nursery.start<void>(function* (started) {
        started();
      });
    }
  });
}

function notes(count: number): Operation<void> {
  const { trail } = new Monitor();
  for (let i = 0; i < count; i++) trail.note("run-status", "orders/1", "delivered", 204);
  return nothing();
}

function* nothing(): Operation<void> {}

await measure("an item of a channel loop", [
  { name: "unwatched", operations: 200_000, body: items },
  { name: "watched", operations: 200_000, body: watched(items) },
]);
await measure("a tick of a periodic loop", [
  { name: "unwatched", operations: 2_000, body: ticks },
  { name: "watched", operations: 2_000, body: watched(ticks) },
]);
await measure("a child of a nursery", [
  { name: "unwatched", operations: 2_000, body: children },
  { name: "watched", operations: 2_000, body: watched(children) },
]);
await measure("a note on an event", [{ name: "trail.note", operations: 1_000_000, body: notes }]);
