import { type Operation, type Task as RunningTask, spawn } from "effection";
import { eventLoopTurn } from "../../../../../framework/core/checkpoint.ts";
import { openMemoryChannel, type ReceiveChannel, type SendChannel } from "../../../../../framework/core/index.ts";
import { beforeEach, expect, test, vi } from "../../../../../testlib/index.ts";
import { outcomeNow, outcomeOf, randomFrom, sendNowaitOn, sendOn, weighted } from "./support.ts";

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
/** Fewer than the 256 after which a checkpoint would reorder tasks. */
const STEPS = 150;

beforeEach(() => {
  vi.spyOn(performance, "now").mockReturnValue(0); // nor a checkpoint because the machine was slow
  return () => vi.restoreAllMocks();
});

test.each([0, 1, 3, Number.POSITIVE_INFINITY])(
  "loses, repeats and reorders nothing when much happens in one pass, capacity %d",
  function* (capacity) {
    for (const seed of SEEDS) {
      const { sent, refused, received } = yield* new Storm(capacity, seed).run();
      const arrived = new Set(received);
      expect({
        seed,
        received,
        lost: sent.filter((item) => !arrived.has(item)),
        receivedThoughRefused: refused.filter((item) => arrived.has(item)),
      }).toEqual({
        seed,
        received: [...arrived].sort((a, b) => a - b), // each once, and in order
        lost: [],
        receivedThoughRefused: [],
      });
      expect(received.length).toBeGreaterThan(STEPS / 10);
    }
  },
);

/** Random calls, of which about four happen in one pass. Items are numbered in the order in which their sends begin. */
class Storm {
  readonly #below: (limit: number) => number;
  readonly #pick: ReturnType<typeof randomFrom>["pick"];
  /** The first ones stay open: what was sent must come out. */
  readonly #senders: [SendChannel<number>, ...SendChannel<number>[]];
  readonly #receivers: [ReceiveChannel<number>, ...ReceiveChannel<number>[]];
  readonly #tasks: RunningTask<void>[] = [];
  readonly #sent: number[] = [];
  readonly #refused: number[] = [];
  readonly #received: number[] = [];
  #items = 0;

  constructor(capacity: number, seed: number) {
    const { below, pick } = randomFrom(seed);
    const [send, receive] = openMemoryChannel<number>(capacity);
    this.#below = below;
    this.#pick = pick;
    this.#senders = [send, send.clone()];
    this.#receivers = [receive, receive.clone()];
  }

  *run() {
    const actions = weighted<() => Operation<void>>([
      [6, () => this.#sendFromTask()],
      [4, () => this.#sendNowait()],
      [6, () => this.#receiveInTask()],
      [2, () => this.#receiveNowait()],
      [4, () => this.#halt()],
      [2, () => this.#replaceEnds()],
    ]);
    for (let step = 0; step < STEPS; step++) {
      yield* this.#pick(actions)();
      if (this.#below(4) === 0) yield* eventLoopTurn();
    }
    yield* eventLoopTurn();
    for (const end of this.#senders) end.close();
    yield* eventLoopTurn();
    while (!this.#keep(outcomeNow(() => this.#receivers[0].receiveNowait())));
    return { sent: this.#sent, refused: this.#refused, received: this.#received };
  }

  /** What becomes of an item whose sender is halted is open: it is neither sent nor refused. */
  *#sendFromTask(): Operation<void> {
    const end = this.#pick(this.#senders);
    const storm = this;
    const task = yield* spawn(function* () {
      const item = storm.#items++;
      storm.#note(item, yield* outcomeOf(() => sendOn(end, item)));
    });
    this.#tasks.push(task);
  }

  *#sendNowait(): Operation<void> {
    const item = this.#items++;
    this.#note(
      item,
      outcomeNow(() => sendNowaitOn(this.#pick(this.#senders), item)),
    );
  }

  *#receiveInTask(): Operation<void> {
    const end = this.#pick(this.#receivers);
    const max = 1 + this.#below(3);
    const storm = this;
    const task = yield* spawn(function* () {
      storm.#keep(yield* outcomeOf(() => end.receiveBatch(max)));
    });
    this.#tasks.push(task);
  }

  *#receiveNowait(): Operation<void> {
    this.#keep(outcomeNow(() => this.#pick(this.#receivers).receiveNowait()));
  }

  *#halt(): Operation<void> {
    if (this.#tasks.length > 0) yield* this.#pick(this.#tasks).halt();
  }

  *#replaceEnds(): Operation<void> {
    this.#senders.push(this.#senders[0].clone());
    this.#receivers.push(this.#receivers[0].clone());
    for (const end of [...this.#senders.splice(1, 1), ...this.#receivers.splice(1, 1)]) end.close();
  }

  #note(item: number, outcome: string): void {
    (outcome === "sent" ? this.#sent : this.#refused).push(item);
  }

  /** @returns whether the channel has ended */
  #keep(outcome: number | readonly number[] | string): boolean {
    if (typeof outcome === "number") this.#received.push(outcome);
    else if (typeof outcome !== "string") this.#received.push(...outcome);
    return outcome === "E_CHANNEL_END";
  }
}
