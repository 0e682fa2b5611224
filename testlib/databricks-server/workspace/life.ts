import type { When } from "./clock.ts";
import { Timeline } from "./timeline.ts";

export interface Ending extends When {
  /** `termination_details.code`, for example `CLUSTER_ERROR`. */
  readonly code?: string;
  /** `termination_details.type`, for example `CLOUD_FAILURE`. */
  readonly type?: string;
}

/** What becomes of a run, a task or an iteration: a name for each phase that the API has. */
export class Life extends Timeline {
  /** RUNNING; from now on it has a `start_time`. */
  start(when?: When): this {
    return this.become({ state: "RUNNING" }, when);
  }

  /** PENDING, with a `start_time`: its cluster is being started. */
  prepare(when?: When): this {
    return this.advance({ state: "PENDING" }, when, true);
  }

  queue(reason?: string, when?: When): this {
    return this.become({ state: "QUEUED", ...(reason !== undefined && { message: reason }) }, when);
  }

  block(when?: When): this {
    return this.become({ state: "BLOCKED" }, when);
  }

  waitForRetry(when?: When): this {
    return this.become({ state: "WAITING_FOR_RETRY" }, when);
  }

  /** TERMINATING: its cluster is being cleaned up. */
  windDown(when?: When): this {
    return this.become({ state: "TERMINATING" }, when);
  }

  succeed(when?: When): this {
    return this.become({ state: "TERMINATED", result: "SUCCESS" }, when);
  }

  succeedWithFailures(message?: string, ending?: Ending): this {
    return this.#end("TERMINATED", "SUCCESS_WITH_FAILURES", message, ending);
  }

  fail(message?: string, ending?: Ending): this {
    return this.#end("TERMINATED", "FAILED", message, ending);
  }

  timeout(message?: string, ending?: Ending): this {
    return this.#end("TERMINATED", "TIMEDOUT", message, ending);
  }

  cancel(message?: string, ending?: Ending): this {
    return this.#end("TERMINATED", "CANCELED", message, ending);
  }

  /** SKIPPED, a state without a result: a run while another is active, or a task that nobody needed. */
  skip(message?: string, ending?: Ending): this {
    return this.#end("SKIPPED", undefined, message, ending);
  }

  exceedConcurrency(message?: string, ending?: Ending): this {
    return this.#end("TERMINATED", "MAXIMUM_CONCURRENT_RUNS_REACHED", message, ending);
  }

  failUpstream(message = "An upstream task failed.", ending?: Ending): this {
    return this.#end("TERMINATED", "UPSTREAM_FAILED", message, ending);
  }

  cancelUpstream(message = "An upstream task was canceled.", ending?: Ending): this {
    return this.#end("TERMINATED", "UPSTREAM_CANCELED", message, ending);
  }

  /** A task whose `run_if` did not hold. */
  exclude(message?: string, ending?: Ending): this {
    return this.#end("TERMINATED", "EXCLUDED", message, ending);
  }

  disable(message?: string, ending?: Ending): this {
    return this.#end("TERMINATED", "DISABLED", message, ending);
  }

  /** INTERNAL_ERROR: Databricks itself failed. */
  breakDown(message?: string, ending?: Ending): this {
    return this.#end("INTERNAL_ERROR", "FAILED", message, ending);
  }

  #end(state: string, result: string | undefined, message: string | undefined, { code, type, ...when }: Ending = {}) {
    return this.become(
      {
        state,
        ...(result !== undefined && { result }),
        ...(message !== undefined && { message }),
        ...(code !== undefined && { code }),
        ...(type !== undefined && { type }),
      },
      when,
    );
  }
}
