import type { Logger } from "../../../toolkit/logging/index.ts";
import type { Settled } from "../settle.ts";

/** From this many failures in a row on, a person should look. */
const PERSISTENT = 5;

/** Tells the log of failures and recoveries of what is done again and again. */
export class FailureLog {
  readonly #log: Logger;
  #inARow = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  get inARow(): number {
    return this.#inARow;
  }

  note(outcome: Settled<unknown>): void {
    if (outcome.ok) {
      if (this.#inARow > 0) this.#log.info({ failures: this.#inARow }, "The task works again.");
      this.#inARow = 0;
      return;
    }
    this.#inARow++;
    const fields = { err: outcome.error, failures: this.#inARow };
    if (this.#inARow < PERSISTENT) this.#log.warn(fields, "The task failed; it is tried again.");
    else this.#log.error(fields, "The task keeps failing; it is tried again, less often.");
  }
}
