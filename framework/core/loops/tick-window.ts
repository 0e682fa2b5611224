/** A wall clock that has moved against the monotonic one by more than this was set; by less, it is kept in step. */
const SET_CLOCK_MS = 1_000;

/** Both clocks at one moment. */
interface Reading {
  /** Epoch ms. */
  readonly wallMs: number;
  /** How far the wall clock is ahead of the monotonic one: a constant, until somebody sets the clock. */
  readonly aheadMs: number;
}

/**
 * The window of each tick: from the end of the last one that succeeded until now. The tool's timestamps are wall-clock
 * times, so windows are too; and they leave no gap when somebody sets the clock. What is set forward makes one long
 * window. What is set back to where it was before takes up the windows from there: the tool's clock was right all along.
 * What is set back otherwise lets the time count that has really passed. Windows may overlap then.
 */
export class TickWindow {
  #end: Reading | undefined;
  #endBeforeSetForward: Reading | undefined;
  readonly #startMs: number | undefined;

  /** @param startMs where the first window begins, epoch ms; by default it is empty */
  constructor(startMs?: number) {
    this.#startMs = startMs;
  }

  /** @returns the window that ends now; `succeeded` says that it is done with */
  open(): { readonly previous: number; readonly now: number; succeeded(): void } {
    const now = read();
    // A first tick that fails has a window too, however short.
    this.#end ??= { wallMs: this.#startMs ?? now.wallMs, aheadMs: now.aheadMs };
    return {
      previous: Math.min(this.#startBefore(this.#end, now), now.wallMs),
      now: now.wallMs,
      succeeded: () => this.#advance(now),
    };
  }

  #startBefore(end: Reading, now: Reading): number {
    const setBackMs = end.aheadMs - now.aheadMs;
    if (setBackMs <= SET_CLOCK_MS) return end.wallMs;
    const before = this.#endBeforeSetForward;
    if (before !== undefined && Math.abs(before.aheadMs - now.aheadMs) <= SET_CLOCK_MS) return before.wallMs;
    return end.wallMs - setBackMs;
  }

  #advance(now: Reading): void {
    const setForwardMs = now.aheadMs - (this.#end ?? now).aheadMs;
    if (setForwardMs > SET_CLOCK_MS) this.#endBeforeSetForward = this.#end;
    else if (setForwardMs < -SET_CLOCK_MS) this.#endBeforeSetForward = undefined;
    this.#end = now;
  }
}

function read(): Reading {
  const wallMs = Date.now();
  return { wallMs, aheadMs: wallMs - performance.now() };
}
