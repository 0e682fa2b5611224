import { action, type Operation } from "effection";

/** How much may run between two turns of the event loop: little enough for timers, enough to hide a turn's 1.5 µs. */
const MAX_OPERATIONS = 256;
const MAX_SLICE_MS = 5;
/** A look at the clock costs as much as a hop through a channel, hence only now and then. */
const OPERATIONS_PER_LOOK = 8;

/**
 * Lets timers and sockets have their turn. Effection runs ready tasks until none is left, so a loop that always finds
 * work, or two tasks that keep each other busy, would stop the rest of the program for as long as they like.
 *
 * The memory channel passes one in `send` and `receive`. A loop that neither uses a channel nor waits for anything
 * outside passes its own: `yield* checkpoint.pass()`, each time round.
 */
export class Checkpoint {
  #operations = 0;
  #startedMs = performance.now();
  #slice = 0;

  /** Goes on at once, but for every 256th time or when 5 ms are over: then after a turn of the event loop. */
  *pass(): Operation<void> {
    if (this.isDue()) yield* this.turn();
  }

  /** Counts one operation. True when the event loop must have its `turn()` before it: saves a hot path the `pass()`. */
  isDue(): boolean {
    this.#operations += 1;
    if (this.#operations >= MAX_OPERATIONS) return true;
    return this.#operations % OPERATIONS_PER_LOOK === 0 && performance.now() - this.#startedMs >= MAX_SLICE_MS;
  }

  *turn(): Operation<void> {
    const slice = this.#slice;
    yield* eventLoopTurn();
    if (slice !== this.#slice) return; // Another task came back from the same turn before: they share one slice.
    this.#slice += 1;
    this.#operations = 0;
    this.#startedMs = performance.now();
  }
}

/** Returns when due timers and sockets with data have been served. */
export function eventLoopTurn(): Operation<void> {
  return action<void>((resolve) => {
    const immediate = setImmediate(resolve);
    return () => clearImmediate(immediate);
  }, "event loop turn");
}
