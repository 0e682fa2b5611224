import type { Logger } from "../../toolkit/logging/index.ts";

/** Logs the first of each kind and then one a minute, with the number of those left out: a flood stays readable. */
export class ThrottledLog {
  readonly #log: Logger;
  readonly #everyMs: number;
  readonly #kinds = new Map<string, { loggedAtMs: number; leftOut: number }>();

  constructor(log: Logger, { everyMs = 60_000 }: { readonly everyMs?: number } = {}) {
    this.#log = log;
    this.#everyMs = everyMs;
  }

  /** @param kind from a small fixed set: one entry is kept for each */
  warn(kind: string, fields: Record<string, unknown>, message: string): void {
    const nowMs = performance.now();
    const seen = this.#kinds.get(kind);
    if (seen !== undefined && nowMs - seen.loggedAtMs < this.#everyMs) {
      seen.leftOut++;
      return;
    }
    this.#log.warn(seen?.leftOut ? { ...fields, leftOut: seen.leftOut } : fields, message);
    this.#kinds.set(kind, { loggedAtMs: nowMs, leftOut: 0 });
  }
}
