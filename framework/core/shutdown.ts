import { createContext, type Operation } from "effection";
import { CancelScope } from "./scopes/cancel-scope.ts";

/**
 * The wish to end in good order. Sources end when it is made; what they have sent is still delivered, since the loops
 * behind them end with their channels.
 */
export class Shutdown {
  readonly #listeners = new Set<() => void>();
  #requested = false;
  #isReload = false;

  get requested(): boolean {
    return this.#requested;
  }

  /** Does the agent start again at once, in this process? What is in the outbox stays there for it. */
  get isReload(): boolean {
    return this.#isReload;
  }

  request({ isReload = false }: { readonly isReload?: boolean } = {}): void {
    if (this.#requested) return;
    this.#requested = true;
    this.#isReload = isReload;
    // Keep the set itself here, not a copy: a listener may take another one off.
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` once it is requested, at once if it has been. @returns what takes the listener off again */
  onRequest(listener: () => void): () => void {
    if (this.#requested) listener();
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export const ShutdownContext = createContext<Shutdown>("observability-agents.shutdown");

/** The run's shutdown; one that nobody requests when there is none, as in a test. */
export function* useShutdown(): Operation<Shutdown> {
  return (yield* ShutdownContext.get()) ?? new Shutdown();
}

/** Runs `body`; once shutdown is requested, halts it and returns. Sources that need no farewell run in this. */
export function* untilShutdown(body: () => Operation<void>): Operation<void> {
  const shutdown = yield* useShutdown();
  const scope = new CancelScope({ label: "until shutdown" });
  const forget = shutdown.onRequest(() => scope.cancel());
  try {
    yield* scope.run(body);
  } finally {
    forget();
  }
}
