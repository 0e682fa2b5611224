import type { Operation } from "effection";
import { CancelScope, Shutdown } from "../core/index.ts";

/** The agent from one start to its end, in a process in which it may start again. */
export class Generation {
  /** Its own: the process's comes through to it. */
  readonly #shutdown = new Shutdown();
  readonly #process: Shutdown;
  readonly #scope = new CancelScope({ label: "agent" });

  constructor(process: Shutdown) {
    this.#process = process;
  }

  /** Asks it to end in good order, so that it can start again; after `timeoutMs` it is halted. */
  end(timeoutMs: number): void {
    this.#scope.deadlineMs = performance.now() + timeoutMs;
    this.#shutdown.request({ isReload: true });
  }

  *run(agent: (shutdown: Shutdown) => Operation<void>): Operation<void> {
    const forget = this.#process.onRequest(() => {
      this.#scope.deadlineMs = Number.POSITIVE_INFINITY; // The process has a deadline of its own.
      this.#shutdown.request();
    });
    try {
      yield* this.#scope.run(() => agent(this.#shutdown));
    } finally {
      forget();
    }
  }
}
