import type { Received } from "../received.ts";

/** Lets the page's streams wait for what arrives. Costs the ingestion nothing while nobody waits. */
export class Changes {
  readonly #received: Received;
  readonly #closing = new AbortController();

  constructor(received: Received) {
    this.#received = received;
  }

  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Resolves with the next request that is dealt with, and when `gone` or this is closed. */
  next(gone: AbortSignal): Promise<void> {
    return this.#wait(gone, (wake) => this.#received.watch(wake));
  }

  pause(ms: number, gone: AbortSignal): Promise<void> {
    return this.#wait(gone, (wake) => {
      const timer = setTimeout(wake, ms);
      return () => clearTimeout(timer);
    });
  }

  /** Wakes all that wait. */
  close(): void {
    this.#closing.abort();
  }

  #wait(gone: AbortSignal, start: (wake: () => void) => () => void): Promise<void> {
    const signal = AbortSignal.any([gone, this.#closing.signal]);
    if (signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = start(resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
    return promise.finally(stop);
  }
}
