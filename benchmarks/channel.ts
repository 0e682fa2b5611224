/**
 * What one item costs on its way through a channel: `node --expose-gc benchmarks/channel.ts`.
 * Budget: producer task to consumer task at capacity 100 in at most 0.3 µs.
 */
import { createQueue, type Operation, spawn, until } from "effection";
import { failAfter, openMemoryChannel, type ReceiveChannel } from "../framework/core/index.ts";
import { type Benchmark, measure } from "./measure.ts";

function* produceTo(capacity: number, items: number, consume: Consumer): Operation<void> {
  const [send, receive] = openMemoryChannel<number>(capacity);
  const consumer = yield* spawn(() => consume(receive, items));
  for (let i = 0; i < items; i++) yield* send.send(i);
  yield* consumer;
}

type Consumer = (receive: ReceiveChannel<number>, items: number) => Operation<void>;

function* oneByOne(receive: ReceiveChannel<number>, items: number): Operation<void> {
  for (let i = 0; i < items; i++) yield* receive.receive();
}

function* inBatches(receive: ReceiveChannel<number>, items: number): Operation<void> {
  for (let received = 0; received < items; ) received += (yield* receive.receiveBatch(100)).length;
}

function* impatiently(receive: ReceiveChannel<number>, items: number): Operation<void> {
  for (let i = 0; i < items; i++) yield* receive.receive({ timeoutMs: 10_000 });
}

function* impatientlyInScopes(receive: ReceiveChannel<number>, items: number): Operation<void> {
  for (let i = 0; i < items; i++) yield* failAfter(10_000, () => receive.receive());
}

/** Each message waits for the answer to the one before. */
function* pingPong(messages: number): Operation<void> {
  const [ping, pinged] = openMemoryChannel<number>(1);
  const [pong, ponged] = openMemoryChannel<number>(1);
  const player = yield* spawn(function* () {
    for (let i = 0; i < messages / 2; i++) yield* pong.send(yield* pinged.receive());
  });
  for (let i = 0; i < messages / 2; i++) {
    yield* ping.send(i);
    yield* ponged.receive();
  }
  yield* player;
}

function* sameTask(items: number): Operation<void> {
  const [send, receive] = openMemoryChannel<number>(100);
  for (let i = 0; i < items; i++) {
    yield* send.send(i);
    yield* receive.receive();
  }
}

function* withoutWaiting(items: number): Operation<void> {
  const [send, receive] = openMemoryChannel<number>(100);
  for (let i = 0; i < items; i++) {
    send.sendNowait(i);
    receive.receiveNowait();
  }
}

/** Without backpressure: all items are there before the consumer runs. Each costs more the longer the backlog is. */
function* queueToTask(items: number): Operation<void> {
  const queue = createQueue<number, void>();
  const consumer = yield* spawn(function* () {
    for (let i = 0; i < items; i++) yield* queue.next();
  });
  for (let i = 0; i < items; i++) queue.add(i);
  yield* consumer;
}

function* queuePingPong(messages: number): Operation<void> {
  const ping = createQueue<number, void>();
  const pong = createQueue<number, void>();
  const player = yield* spawn(function* () {
    for (let i = 0; i < messages / 2; i++) {
      yield* ping.next();
      pong.add(i);
    }
  });
  for (let i = 0; i < messages / 2; i++) {
    ping.add(i);
    yield* pong.next();
  }
  yield* player;
}

/** The least that does the same job with promises: an array of at most 100, and a promise for whoever has to wait. */
async function arrayAndPromise(items: number): Promise<void> {
  const buffer: number[] = [];
  let wake = () => {};
  const change = () => new Promise<void>((resolve) => (wake = resolve));
  async function consume(): Promise<void> {
    for (let received = 0; received < items; ) {
      if (buffer.length === 0) await change();
      received += buffer.splice(0).length;
      wake();
    }
  }
  const consumer = consume();
  for (let i = 0; i < items; i++) {
    while (buffer.length >= 100) await change();
    buffer.push(i);
    wake();
  }
  await consumer;
}

const arrayBaseline = "plain array and promise, capacity 100, drained whole";

const tasks: readonly Benchmark[] = [
  { name: arrayBaseline, operations: 200_000, body: (items) => until(arrayAndPromise(items)) },
  { name: "Effection queue, backlog of 1000", operations: 1_000, body: queueToTask },
  { name: "capacity 100", operations: 200_000, body: (items) => produceTo(100, items, oneByOne) },
  { name: "capacity 100, receiveBatch(100)", operations: 200_000, body: (items) => produceTo(100, items, inBatches) },
  { name: "capacity 1", operations: 50_000, body: (items) => produceTo(1, items, oneByOne) },
  { name: "rendezvous", operations: 50_000, body: (items) => produceTo(0, items, oneByOne) },
  { name: "rendezvous, receive({ timeoutMs })", operations: 50_000, body: (items) => produceTo(0, items, impatiently) },
  {
    name: "rendezvous, failAfter(receive)",
    operations: 5_000,
    body: (items) => produceTo(0, items, impatientlyInScopes),
  },
];

await measure("producer task to consumer task, per item", tasks);
await measure("ping-pong between two tasks, per message", [
  { name: "Effection queue", operations: 50_000, body: queuePingPong },
  { name: "memory channel, capacity 1", operations: 50_000, body: pingPong },
]);
await measure("send and receive in one task, per item", [
  {
    name: "Effection queue",
    operations: 200_000,
    *body(items) {
      const queue = createQueue<number, void>();
      for (let i = 0; i < items; i++) {
        queue.add(i);
        yield* queue.next();
      }
    },
  },
  { name: "memory channel: send, receive", operations: 200_000, body: sameTask },
  { name: "memory channel: sendNowait, receiveNowait", operations: 200_000, body: withoutWaiting },
]);
