import type { Operation } from "effection";
import { eventLoopTurn } from "../core/index.ts";

/** Events let in between two turns of the event loop: as many as can be on their way at a time. */
const AT_ONCE = 32;

/** When more than these wait in memory, the server, or the processor, does not keep up. */
const LAGGING = 256;

/**
 * Has new events make way for those that can go out. Both take about as much of the processor, so a source that never
 * pauses would get most of it, and what it brings would wait on disk and be read again: 8,000 events/s went out where 20,000 can. While delivery
 * lags, as many come in as go out, and one for each turn of the event loop that is left over when the server is slow.
 */
export class Pace {
  readonly #waiting: () => number;
  #left = AT_ONCE;
  #settled = 0;

  /** @param waiting how many events are in memory to be delivered */
  constructor(waiting: () => number) {
    this.#waiting = waiting;
  }

  /** An event has gone out. */
  settled(): void {
    this.#settled++;
  }

  /** Counts an event that comes in. True when the event loop must have its `turn()` before it. */
  isDue(): boolean {
    if (this.#left === 0) return true;
    this.#left--;
    return false;
  }

  *turn(): Operation<void> {
    yield* eventLoopTurn();
    this.#left = this.#waiting() > LAGGING ? Math.min(this.#settled, AT_ONCE) : AT_ONCE - 1;
    this.#settled = 0;
  }
}
