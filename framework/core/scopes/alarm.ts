/** The longest delay `setTimeout` takes; a longer one would fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * One timer with a movable deadline. Putting the deadline off costs nothing: the timer that is already set looks
 * again when it fires. So a scope may move its deadline at every step.
 */
export class Alarm {
  readonly #ring: () => void;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firesAtMs = Number.POSITIVE_INFINITY;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** On the clock of `performance.now()`; `Infinity` for none. */
  get deadlineMs(): number {
    return this.#deadlineMs;
  }

  set(deadlineMs: number): void {
    this.#deadlineMs = deadlineMs;
    if (deadlineMs < this.#firesAtMs) this.#arm();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#firesAtMs = Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    this.clear();
    const delayMs = Math.min(Math.max(0, this.#deadlineMs - performance.now()), LONGEST_DELAY_MS);
    this.#firesAtMs = performance.now() + delayMs;
    this.#timer = setTimeout(() => this.#fire(), Math.ceil(delayMs));
  }

  #fire(): void {
    this.clear();
    if (this.#deadlineMs <= performance.now()) this.#ring();
    else if (this.#deadlineMs < Number.POSITIVE_INFINITY) this.#arm();
  }
}
