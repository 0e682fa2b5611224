import { createContext } from "effection";

/** The alarm of the innermost deadline that the running task works against. */
export const AlarmContext = createContext<Alarm>("observability-agents.alarm");

/** The longest delay `setTimeout` takes; a longer one would fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * One timer with a movable deadline. Putting the deadline off costs nothing: the timer that is already set looks
 * again when it fires. So a scope may move its deadline at every step.
 *
 * When several deadlines around one piece of work have passed, the outermost alarm rings, whichever timer comes first:
 * what is given up is given up once, as a whole.
 */
export class Alarm {
  /** The alarm around this one. */
  outer: Alarm | undefined;
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
    const nowMs = performance.now();
    if (this.#deadlineMs > nowMs) {
      if (this.#deadlineMs < Number.POSITIVE_INFINITY) this.#arm();
      return;
    }
    const outermost = this.#outermostDue(nowMs);
    if (outermost === undefined) {
      this.#ring();
      return;
    }
    this.#arm(); // Nobody clears it where this is a part of a cleanup, which goes on.
    outermost.clear();
    outermost.#ring();
  }

  #outermostDue(nowMs: number): Alarm | undefined {
    let outermost: Alarm | undefined;
    for (let alarm = this.outer; alarm !== undefined; alarm = alarm.outer) {
      if (alarm.#timer !== undefined && alarm.#deadlineMs <= nowMs) outermost = alarm;
    }
    return outermost;
  }
}
