import { action, type Operation } from "effection";

/** Wakes all who wait for it. They look for themselves whether that was for them. */
export class Bell {
  readonly #label: string;
  readonly #waiting = new Set<() => void>();

  /** @param label what a report on a stuck agent calls this wait */
  constructor(label: string) {
    this.#label = label;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  *wait(): Operation<void> {
    let wake: (() => void) | undefined;
    try {
      yield* action<void>((resolve) => {
        wake = resolve;
        this.#waiting.add(resolve);
        return () => {};
      }, this.#label);
    } finally {
      if (wake !== undefined) this.#waiting.delete(wake);
    }
  }

  /** Call it last: from outside Effection, those who wait run before this returns. */
  ring(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
