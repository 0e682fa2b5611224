import { action, type Operation } from "effection";
import type { Logger } from "../../toolkit/logging/index.ts";
import type { Health } from "../core/index.ts";

/** How long after a refusal one event tries the key again: doubled with each try, up to the longest. */
const FIRST_PROBE_MS = 5_000;
const LONGEST_PROBE_MS = 60_000;

/** What health says it under. */
const SUBJECT = "service account key";
const REFUSED =
  "Observability refuses the service account key; all events are held until it accepts it. Renew the key, or set " +
  "observability_service_account_key to one that has not expired and allows the Events API and the Agent API.";

/** Shut while the server refuses the service account key: all deliveries wait, and one at a time tries the key. */
export class KeyGate {
  readonly #log: Logger;
  readonly #health: Health;
  readonly #waiting = new Set<() => void>();
  #isShut = false;
  #isProbed = false;
  #isGivenUp = false;
  #probeAfterMs = FIRST_PROBE_MS;

  constructor(log: Logger, health: Health) {
    this.#log = log;
    this.#health = health;
  }

  get isShut(): boolean {
    return this.#isShut;
  }

  /**
   * Runs `attempt`: at once while the key is accepted, otherwise when it is again or when it is our turn to try it.
   * @returns what it returned; `undefined` when it was not run, since waiting was given up
   */
  *run<T>(attempt: () => Operation<T>): Operation<T | undefined> {
    while (this.#isShut && this.#isProbed && !this.#isGivenUp) yield* this.#untilChanged();
    if (!this.#isShut) return yield* attempt();
    if (this.#isGivenUp) return undefined;
    this.#isProbed = true;
    try {
      yield* this.#untilChanged(this.#probeAfterMs);
      if (this.#isGivenUp) return undefined;
      this.#probeAfterMs = Math.min(this.#probeAfterMs * 2, LONGEST_PROBE_MS);
      return yield* attempt();
    } finally {
      this.#isProbed = false;
      this.#wakeAll();
    }
  }

  refused(status: number | undefined): void {
    if (this.#isShut) return;
    this.#isShut = true;
    const retrySeconds = `${FIRST_PROBE_MS / 1000} to ${LONGEST_PROBE_MS / 1000}`;
    this.#log.error({ status, retrySeconds }, REFUSED);
    this.#health.degraded(SUBJECT, REFUSED);
  }

  accepted(): void {
    if (!this.#isShut) return;
    this.#isShut = false;
    this.#probeAfterMs = FIRST_PROBE_MS;
    this.#log.info("Observability accepts the service account key again; held events are sent.");
    this.#health.ok(SUBJECT);
    this.#wakeAll();
  }

  /** From now on nobody waits for the key. */
  giveUp(): void {
    this.#isGivenUp = true;
    this.#wakeAll();
  }

  *#untilChanged(atMostMs?: number): Operation<void> {
    yield* action<void>((resolve) => {
      const timer = atMostMs === undefined ? undefined : setTimeout(resolve, atMostMs);
      this.#waiting.add(resolve);
      return () => {
        clearTimeout(timer);
        this.#waiting.delete(resolve);
      };
    }, "an accepted service account key");
  }

  #wakeAll(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
