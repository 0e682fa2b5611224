export interface Waiter {
  /** It has a slot now. Must not throw. */
  proceed(): void;
}

/** Counts the requests that are under way, and lets no more than `limit` be so at a time. First come, first served. */
export class Slots {
  readonly #limit: number;
  #taken = 0;
  /** An array, as a Set used as a queue costs 7 µs a request in garbage collection; it is as long as callers are many. */
  readonly #waiters: Waiter[] = [];
  #isServing = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Calls `waiter.proceed`, at once when there is a slot. */
  take(waiter: Waiter): void {
    this.#waiters.push(waiter);
    this.#serve();
  }

  /** Gives back what `take` gave. */
  release(): void {
    this.#taken -= 1;
    this.#serve();
  }

  giveUp(waiter: Waiter): void {
    const at = this.#waiters.indexOf(waiter);
    if (at >= 0) this.#waiters.splice(at, 1);
  }

  /** A loop, not a recursion: requests that fail at once release their slots in `proceed`. */
  #serve(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    while (this.#taken < this.#limit) {
      const next = this.#waiters.shift();
      if (next === undefined) break;
      this.#taken += 1;
      next.proceed();
    }
    this.#isServing = false;
  }
}
