import { type Operation, type Task as RunningTask, spawn } from "effection";
import { eventLoopTurn } from "../../../../../framework/core/checkpoint.ts";
import { openMemoryChannel, type ReceiveChannel, type SendChannel } from "../../../../../framework/core/index.ts";
import { beforeEach, expect, test, vi } from "../../../../../testlib/index.ts";
import { type Outcome, ReferenceChannel } from "./reference-channel.ts";
import { outcomeNow, outcomeOf, randomFrom, sendNowaitOn, sendOn, weighted } from "./support.ts";

const SEEDS = Array.from({ length: 10 }, (_, seed) => seed);
/** Fewer than the 256 after which a checkpoint would reorder tasks. */
const STEPS = 150;

beforeEach(() => {
  vi.spyOn(performance, "now").mockReturnValue(0); // nor a checkpoint because the machine was slow
  return () => vi.restoreAllMocks();
});

test.each([0, 1, 3, Number.POSITIVE_INFINITY])(
  "does what the reference model does when one thing happens at a time, capacity %d",
  function* (capacity) {
    for (const seed of SEEDS) yield* new Comparison(capacity, seed).run();
  },
);

/** Does the same to a memory channel and to the reference. Every call has a number, which is also the item it sends. */
class Comparison {
  readonly #seed: number;
  readonly #pick: ReturnType<typeof randomFrom>["pick"];
  readonly #reference: ReferenceChannel;
  readonly #send: SendChannel<number>;
  readonly #senders: SendChannel<number>[];
  readonly #receivers: ReceiveChannel<number>[];
  readonly #tasks = new Map<number, RunningTask<void>>();
  readonly #outcomes = new Map<number, Outcome>();

  constructor(capacity: number, seed: number) {
    const [send, receive] = openMemoryChannel<number>(capacity);
    this.#seed = seed;
    this.#pick = randomFrom(seed).pick;
    this.#reference = new ReferenceChannel(capacity);
    this.#reference.openSender(send);
    this.#reference.openReceiver(receive);
    this.#send = send;
    this.#senders = [send];
    this.#receivers = [receive];
  }

  *run(): Operation<void> {
    const actions = weighted<(call: number) => Operation<void>>([
      [6, (call) => this.#sendFromTask(call)],
      [4, (call) => this.#receiveInTask(call)],
      [2, (call) => this.#receiveBatchInTask(call)],
      [4, (call) => this.#withoutWaiting(call)],
      [2, () => this.#halt()],
      [2, () => this.#clone()],
      [2, () => this.#close()],
    ]);
    for (let call = 0; call < STEPS; call++) {
      yield* this.#pick(actions)(call);
      yield* eventLoopTurn();
      expect(this.#send.statistics(), `seed ${this.#seed}, step ${call}`).toMatchObject(this.#reference.counts());
    }
    expect(this.#outcomes, `seed ${this.#seed}`).toEqual(this.#reference.outcomes);
    for (const task of this.#tasks.values()) yield* task.halt();
  }

  *#sendFromTask(call: number): Operation<void> {
    const end = this.#pick(this.#senders);
    this.#reference.send(call, end, call, true);
    yield* this.#start(call, () => sendOn(end, call));
  }

  *#receiveInTask(call: number): Operation<void> {
    const end = this.#pick(this.#receivers);
    this.#reference.receive(call, end, true);
    yield* this.#start(call, () => end.receive());
  }

  *#receiveBatchInTask(call: number): Operation<void> {
    const end = this.#pick(this.#receivers);
    this.#reference.receiveBatch(call, end, 3);
    yield* this.#start(call, () => end.receiveBatch(3));
  }

  *#withoutWaiting(call: number): Operation<void> {
    const end = this.#pick([...this.#senders, ...this.#receivers]);
    if ("sendNowait" in end) this.#reference.send(call, end, call, false);
    else this.#reference.receive(call, end, false);
    const outcome = outcomeNow(() => ("sendNowait" in end ? sendNowaitOn(end, call) : end.receiveNowait()));
    this.#outcomes.set(call, outcome);
  }

  *#halt(): Operation<void> {
    if (this.#tasks.size === 0) return;
    const [call, task] = this.#pick([...this.#tasks]);
    this.#reference.halt(call);
    yield* task.halt();
  }

  *#clone(): Operation<void> {
    const send = this.#pick(this.#senders);
    const receive = this.#pick(this.#receivers);
    if (this.#reference.isOpen(send)) {
      const clone = send.clone();
      this.#senders.push(clone);
      this.#reference.openSender(clone);
    }
    if (this.#reference.isOpen(receive)) {
      const clone = receive.clone();
      this.#receivers.push(clone);
      this.#reference.openReceiver(clone);
    }
  }

  *#close(): Operation<void> {
    const end = this.#pick([...this.#senders, ...this.#receivers]);
    this.#reference.close(end);
    end.close();
  }

  *#start(call: number, operation: () => Operation<Outcome>): Operation<void> {
    const outcomes = this.#outcomes;
    const task = yield* spawn(function* () {
      outcomes.set(call, yield* outcomeOf(operation));
    });
    this.#tasks.set(call, task);
  }
}
