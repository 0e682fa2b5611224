/** The longest delay `setTimeout` takes; it fires at once when given more. */
const MAX_DELAY_MS = 2_147_483_647;

/** Seconds of a timeout setting in ms. 0 means "no limit" here, as does Infinity: both become `undefined`. */
export function toTimeoutMs(seconds: number): number | undefined {
  return seconds > 0 && Number.isFinite(seconds) ? Math.min(seconds * 1000, MAX_DELAY_MS) : undefined;
}

/** At most one pending timeout. It reads `setTimeout` when it starts, so that tests can put a clock of theirs there. */
export class Timer {
  #handle: NodeJS.Timeout | undefined;

  /** Replaces what was pending; without a duration nothing is. */
  start(delayMs: number | undefined, elapsed: () => void): void {
    this.stop();
    if (delayMs !== undefined) this.#handle = setTimeout(elapsed, delayMs);
  }

  /** Lets the pending timeout begin anew. Far cheaper than `start`. */
  restart(): void {
    this.#handle?.refresh();
  }

  stop(): void {
    if (this.#handle === undefined) return;
    clearTimeout(this.#handle);
    this.#handle = undefined;
  }
}
