import type { Operation } from "effection";
import { eventLoopTurn, Wait } from "../core/index.ts";

/** Events let in between two turns of the event loop: as many as can be on their way at a time. */
const AT_ONCE = 32;

/** When more than these wait in memory, the server, or the processor, does not keep up. */
const LAGGING = 256;

/**
 * Has new events make way for those that can go out. Both take about as much of the processor, so a source that never
 * pauses would get most of it, and what it brings would wait on disk and be read again: 8,000 events/s went out where
 * 25,000 can. While delivery lags, one comes in when one has gone out: the next request is on its way by then, and the
 * server has something to do meanwhile. When none goes out, as with a slow server, one comes in every other turn.
 */
export class Pace {
  readonly #waiting: () => number;
  readonly #turns = new Set<Turn>();
  #left = AT_ONCE;
  /** Events that have gone out, without those that have come in. */
  #balance = 0;

  /** @param waiting how many events are in memory to be delivered */
  constructor(waiting: () => number) {
    this.#waiting = waiting;
  }

  /** An event has gone out. Call it last: from outside Effection, a sender that waits runs before this returns. */
  settled(): void {
    this.#balance = Math.min(this.#balance + 1, AT_ONCE);
    if (this.#balance <= 0 || this.#turns.size === 0) return;
    for (const turn of [...this.#turns]) turn.come();
  }

  /** Counts an event that comes in. True when it must wait for its `turn()` first. */
  isDue(): boolean {
    if (this.#left === 0) return true;
    this.#left--;
    this.#balance--;
    return false;
  }

  *turn(): Operation<void> {
    const isLagging = this.#waiting() > LAGGING;
    if (isLagging) yield* new Turn(this.#turns);
    else yield* eventLoopTurn();
    this.#balance = Math.max(this.#balance, 1 - AT_ONCE) - 1;
    this.#left = isLagging ? Math.max(0, this.#balance) : AT_ONCE - 1;
  }
}

/** Comes when an event has gone out, or after two turns of the event loop. */
class Turn extends Wait<void> {
  readonly description = "the turn of a new event";
  readonly #turns: Set<Turn>;
  #immediate: NodeJS.Immediate | undefined;

  constructor(turns: Set<Turn>) {
    super();
    this.#turns = turns;
  }

  come(): void {
    this.#turns.delete(this);
    this.resolve();
  }

  protected begin(): void {
    this.#turns.add(this);
    this.#immediate = setImmediate(() => {
      this.#immediate = setImmediate(() => this.come());
    });
  }

  protected end(): void {
    this.#turns.delete(this);
    clearImmediate(this.#immediate);
  }
}
