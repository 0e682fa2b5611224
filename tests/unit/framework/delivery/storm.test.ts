import { type Operation, sleep, spawn } from "effection";
import {
  EndOfChannel,
  moveOnAfter,
  openNursery,
  type SendChannel,
  Shutdown,
  ShutdownContext,
  settle,
} from "../../../../framework/core/index.ts";
import {
  type EventReceiver,
  type Outbox,
  openEventChannel,
  type QueuedEvent,
} from "../../../../framework/delivery/index.ts";
import { expect, test } from "../../../../testlib/index.ts";
import type { ObservabilityEvent } from "../../../../toolkit/observability/index.ts";
import { seeded } from "./store/support.ts";
import { event, nameOf } from "./support.ts";

const RUNS = 5;
const WORKERS = 4;
const LIVES = 6;

/** Agents that come and go, are reloaded or halted, with one outbox; the last one delivers all there is. */
class Storm {
  readonly sent = new Set<string>();
  readonly delivered: string[] = [];
  readonly #outbox: Outbox;
  readonly #roll: (below: number) => number;
  readonly #inFlight = new Set<number>();
  #count = 0;

  constructor(outbox: Outbox, seed: number) {
    this.#outbox = outbox;
    this.#roll = seeded(seed);
  }

  *live(isLast: boolean): Operation<void> {
    const roll = this.#roll;
    const shutdown = yield* ShutdownContext.set(new Shutdown());
    const [send, receive] = yield* openEventChannel();
    const workers = yield* spawn(() => together(WORKERS, () => this.#work(receive, isLast)));
    if (!isLast) yield* moveOnAfter(roll(2_000), () => together(RUNS, (run) => this.#send(send, run)));
    if (!isLast && roll(2) === 0) shutdown.request({ isReload: true });
    send.close();
    yield* moveOnAfter(isLast ? 60_000 : ([0, 30, 500, 60_000][roll(4)] ?? 0), () => workers);
    yield* workers.halt();
  }

  *#send(send: SendChannel<ObservabilityEvent>, run: number): Operation<void> {
    for (let i = 0; i < 40; i++) {
      const name = `${run}:${this.#count++}`;
      if (this.#roll(8) === 0 && !this.#outbox.isFull) send.sendNowait(event(`run ${run}`, name));
      else yield* send.send(event(`run ${run}`, name));
      this.sent.add(name);
      if (this.#roll(4) === 0) yield* sleep(this.#roll(40));
    }
  }

  *#work(receive: EventReceiver, isLast: boolean): Operation<void> {
    for (let queued = yield* next(receive); queued !== undefined; queued = yield* next(receive)) {
      this.#inFlight.add(queued.id);
      try {
        yield* sleep(this.#roll(60));
        this.#settle(queued, receive, isLast ? 0 : this.#roll(10));
      } finally {
        receive.giveBack(queued);
        this.#inFlight.delete(queued.id);
      }
      this.#checkBooks();
    }
  }

  #settle(queued: QueuedEvent, receive: EventReceiver, fate: number): void {
    if (fate < 7) {
      this.delivered.push(String(nameOf(queued)));
      receive.acknowledge(queued);
    } else if (fate < 9) {
      receive.retryAfter(queued, this.#roll(500));
    }
  }

  #checkBooks(): void {
    const { emitted, acknowledged, queued, inFlight } = this.#outbox.statistics();
    expect(acknowledged + queued + inFlight).toBe(emitted);
    expect([acknowledged, inFlight]).toEqual([this.delivered.length, this.#inFlight.size]);
    expect(queued).toBeGreaterThanOrEqual(0);
  }
}

/** @returns `undefined` when there are no more */
function* next(receive: EventReceiver): Operation<QueuedEvent | undefined> {
  try {
    return yield* receive.receive();
  } catch (error) {
    if (error instanceof EndOfChannel) return undefined;
    throw error;
  }
}

function* together(count: number, work: (i: number) => Operation<void>): Operation<void> {
  yield* openNursery(function* (nursery) {
    for (let i = 0; i < count; i++) nursery.startSoon(work(i), { name: String(i) });
  });
}

test.each([
  [1, "on disk"],
  [2, "on disk"],
  [3, "in memory"],
  [4, "in memory"],
] as const)(
  "nothing is lost, comes twice or out of its order, and the books balance, over many reloads (%i, %s)",
  function* ([seed, place], { contexts, clock: _, stateDirectory }) {
    const { outbox } = yield* contexts(place === "on disk" ? { DK_STATE_DIR: stateDirectory } : {});
    const storm = new Storm(outbox, seed);
    for (let life = 1; life <= LIVES; life++) {
      const outcome = yield* settle(() => storm.live(life === LIVES));
      if (!outcome.ok) throw outcome.error;
    }
    expect(storm.delivered).toHaveLength(new Set(storm.delivered).size);
    expect([...storm.sent].filter((name) => !storm.delivered.includes(name))).toEqual([]);
    for (let run = 0; run < RUNS; run++) {
      const ofRun = storm.delivered.filter((name) => name.startsWith(`${run}:`)).map((name) => Number(name.slice(2)));
      expect(ofRun).toEqual(ofRun.toSorted((a, b) => a - b));
    }
  },
);
