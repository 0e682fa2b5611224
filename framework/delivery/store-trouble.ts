import { toError } from "../../toolkit/errors.ts";
import type { Logger } from "../../toolkit/logging/index.ts";
import { backoff, type Health, ThrottledLog } from "../core/index.ts";

export type StoreAccess = "commit" | "sync" | "settle" | "read" | "maintain";

const SHORTEST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 10_000;

/** What health says it under. */
const SUBJECT = "store";

/** Knows what goes wrong with the store. All that fails there is tried again, so an error is news and not the end. */
export class StoreTrouble {
  readonly #log: ThrottledLog;
  readonly #health: Health;
  readonly #retry = backoff({ initialMs: SHORTEST_RETRY_MS, maxMs: LONGEST_RETRY_MS });
  readonly #errors = new Map<StoreAccess, Error>();
  #whyFull: string | undefined;

  constructor(log: Logger, health: Health) {
    this.#log = new ThrottledLog(log);
    this.#health = health;
  }

  /** An error of an access that has not worked since. */
  get error(): Error | undefined {
    return this.#errors.values().next().value;
  }

  nextRetryMs(): number {
    return SHORTEST_RETRY_MS + this.#retry.nextMs();
  }

  /** Does something with the store. @returns `undefined` when it failed */
  guard<T>(access: StoreAccess, run: () => T): T | undefined {
    try {
      const result = run();
      this.worked(access);
      return result;
    } catch (error) {
      this.failed(access, error);
      return undefined;
    }
  }

  worked(access: StoreAccess): void {
    if (!this.#errors.delete(access) || this.#errors.size > 0) return;
    this.#retry.reset();
    this.#tellHealth();
  }

  failed(access: StoreAccess, thrown: unknown): void {
    const error = toError(thrown);
    this.#errors.set(access, error);
    this.#tellHealth();
    this.#log.warn(access, { err: error, access }, "The store failed; it is tried again, and nothing is lost.");
  }

  /** All works, but there is no room, and has been none for long. @param why a sentence, and what to do */
  full(why: string): void {
    if (this.#whyFull === undefined) this.#log.warn("full", {}, why);
    this.#whyFull = why;
    this.#tellHealth();
  }

  hasRoom(): void {
    if (this.#whyFull === undefined) return;
    this.#whyFull = undefined;
    this.#tellHealth();
  }

  #tellHealth(): void {
    const [[access, error] = []] = this.#errors;
    if (error !== undefined) this.#health.degraded(SUBJECT, `The store does not work (${access}): ${error.message}`);
    else if (this.#whyFull !== undefined) this.#health.degraded(SUBJECT, this.#whyFull);
    else this.#health.ok(SUBJECT);
  }
}
