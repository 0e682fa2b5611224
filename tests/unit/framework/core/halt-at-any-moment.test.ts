import { ensure, type Operation, resource, run, scoped, sleep } from "effection";
import {
  failAfter,
  type Handle,
  moveOnAfter,
  openMemoryChannel,
  openNursery,
  periodicLoop,
  runHandle,
  settle,
  TooSlowError,
} from "../../../../framework/core/index.ts";
import { channelReceiveLoop } from "../../../../framework/core/loops/channel-receive-loop.ts";
import { describe, expect, test } from "../../../../testlib/index.ts";
import { flattenErrors } from "../../../../toolkit/errors.ts";

/** How often random work is halted, at a random time each, in each test. */
const ROUNDS = 100;

describe("a halt at any moment of random work, nested in random ways", () => {
  test.each([1, 2, 3, 4])(
    "ends it all: nothing goes on, nothing stays open, nothing else fails (%i)",
    function* (seed, { clock }) {
      const random = randomFrom(seed);
      for (let round = 0; round < ROUNDS; round++) {
        const work = new RandomWork(random);
        const task = run(() => work.run(5));
        yield* sleep(random() * 60);
        work.isHalted = true;
        const errors: unknown[] = [];
        try {
          yield* task.halt();
        } catch (error) {
          errors.push(...flattenErrors(error));
        }
        expect([work.wentOn, work.open, clock.describeTimers()]).toEqual([0, 0, ""]);
        expect(errors.filter((error) => !(error instanceof Expected || error instanceof TooSlowError))).toEqual([]);
      }
    },
  );
});

/** An error that belongs to the work. */
class Expected extends Error {}

class RandomWork {
  readonly #random: () => number;
  isHalted = false;
  /** Steps of work, other than cleanup, that were taken after the halt. */
  wentOn = 0;
  /** Resources that are open, cleanups that are to be done. */
  open = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  *run(depth: number): Operation<void> {
    for (let i = this.#upTo(3); i >= 0; i--) {
      yield* sleep(this.#upTo(8));
      this.#step();
      if (depth > 0) yield* this.#oneOf(depth - 1);
    }
    this.#step();
  }

  #step(): void {
    if (this.isHalted) this.wentOn++;
    if (this.#random() < 0.05) throw new Expected("work");
  }

  *#oneOf(depth: number): Operation<void> {
    const below = () => this.run(depth);
    const ms = this.#upTo(20);
    const ways: readonly (() => Operation<unknown>)[] = [
      () => settle(below),
      () => moveOnAfter(ms, below),
      () => failAfter(ms, below),
      () => runHandle(handleOf(below), undefined, { timeoutMs: 1 + ms }),
      () => this.#useSomething(),
      () => this.#scoped(),
      () => this.#nursery(below),
      () => settle(() => periodicLoop(this.#taskOf(below), { periodMs: 1 + ms })),
      () => settle(() => this.#receive(below)),
    ];
    const way = ways[this.#upTo(ways.length - 1)] ?? below;
    try {
      yield* way();
    } catch (error) {
      if (this.isHalted) this.wentOn++;
      if (this.#random() < 0.3) throw error;
    }
  }

  *#useSomething(): Operation<void> {
    const self = this;
    yield* resource<void>(function* (provide) {
      self.open++;
      yield* ensure(function* () {
        yield* sleep(self.#upTo(5));
        self.open--;
        if (self.#random() < 0.1) throw new Expected("cleanup");
      });
      yield* sleep(self.#upTo(2));
      self.#step();
      yield* provide();
    });
  }

  /** Closes at its end what it opens, and a halt must wait for that. (Were this to fail, Effection would lose the halt.) */
  *#scoped(): Operation<void> {
    const self = this;
    yield* scoped(function* () {
      self.open++;
      yield* ensure(function* () {
        yield* sleep(self.#upTo(10));
        self.open--;
      });
      yield* sleep(self.#upTo(10));
    });
  }

  *#nursery(below: () => Operation<void>): Operation<void> {
    const self = this;
    yield* openNursery(function* (nursery) {
      for (let i = self.#upTo(3); i >= 0; i--) nursery.startSoon(below);
      yield* below();
      if (self.#random() < 0.3) nursery.cancel();
    });
  }

  #taskOf(below: () => Operation<void>) {
    const self = this;
    return {
      name: "random.work",
      *execute({ finish }: { finish(): void }) {
        if (self.#random() < 0.5) finish();
        yield* below();
      },
    };
  }

  *#receive(below: () => Operation<void>): Operation<void> {
    const [send, receive] = openMemoryChannel<number>(10);
    for (let i = this.#upTo(5); i >= 0; i--) send.sendNowait(i);
    send.close();
    const task = { name: "random.work", execute: below };
    yield* channelReceiveLoop(task, receive, { concurrency: 1 + this.#upTo(2), isolated: this.#random() < 0.5 });
  }

  #upTo(most: number): number {
    return Math.floor(this.#random() * (most + 1));
  }
}

function handleOf(below: () => Operation<void>): Handle<void, void, void> {
  return { name: "random.handle", preHook: below, handle: below, *postHook() {} };
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
