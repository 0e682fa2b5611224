import type { FaultSpan } from "../checker/history.ts";

/** What went wrong on purpose, from when to when. */
export class Journal {
  readonly spans: FaultSpan[] = [];
  #lastAtMs = 0;
  readonly #open = new Map<object, { readonly what: string; readonly fromMs: number }>();

  /** @returns what notes its end */
  begin(what: string): () => void {
    const fault = { what, fromMs: Date.now() };
    this.#open.set(fault, fault);
    return () => {
      if (!this.#open.delete(fault)) return;
      this.#lastAtMs = Date.now();
      this.spans.push({ ...fault, toMs: this.#lastAtMs });
    };
  }

  /** A fault that is over at once. */
  note(what: string): void {
    this.begin(what)();
  }

  /** When the last fault that is over ended. */
  get lastAtMs(): number {
    return this.#lastAtMs;
  }

  /** How many of each kind there were, the most frequent first. */
  get counts(): readonly (readonly [what: string, count: number])[] {
    const counts = new Map<string, number>();
    for (const { what } of this.spans) counts.set(what, (counts.get(what) ?? 0) + 1);
    return [...counts].toSorted(([, one], [, other]) => other - one);
  }
}
