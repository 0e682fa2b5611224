/** Waiting that ends with the server. */
export class Pauses {
  readonly #timers = new Set<NodeJS.Timeout>();
  #isClosed = false;

  pause(ms: number): Promise<void> | undefined {
    if (ms <= 0) return undefined;
    return new Promise((resolve) => {
      if (this.#isClosed) return; // a request that came in while the server was being closed
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, ms);
      this.#timers.add(timer);
    });
  }

  /** Who still waits does so for ever. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
