/** What is wrong, said by who knows: shown by the service, which is not ready until all is well again. */
export interface Health {
  /**
   * Something does not work. Again for the same subject, it replaces the reason.
   * @param subject a short name from a small fixed set, such as `databricks`
   * @param reason a sentence for the operator: what is wrong, and what to do
   */
  degraded(subject: string, reason: string): void;
  /** It works (again). Costs nothing worth saying, so it may be called after each success. */
  ok(subject: string): void;
}

export interface HealthReason {
  readonly subject: string;
  /** Secrets are not masked in it. */
  readonly reason: string;
  /** On the clock of `performance.now()`. */
  readonly sinceMs: number;
}

/** Subjects that should have been a fixed set must not fill the memory. */
const MAX_SUBJECTS = 100;

export class HealthReasons implements Health {
  readonly #bySubject = new Map<string, HealthReason>();

  degraded(subject: string, reason: string): void {
    const known = this.#bySubject.get(subject);
    if (known === undefined && this.#bySubject.size >= MAX_SUBJECTS) return;
    this.#bySubject.set(subject, { subject, reason, sinceMs: known?.sinceMs ?? performance.now() });
  }

  ok(subject: string): void {
    this.#bySubject.delete(subject);
  }

  /** All that is wrong, in the order in which it went wrong. */
  get reasons(): readonly HealthReason[] {
    return [...this.#bySubject.values()];
  }
}
