import { createContext, type Operation } from "effection";

/** What the run remembers for its heartbeats. */
export class StateStore {
  #latestEventTimestamp: number | undefined;

  /** When an event was last delivered, epoch ms; `undefined` before the first. It only moves forward. */
  get latestEventTimestamp(): number | undefined {
    return this.#latestEventTimestamp;
  }

  set latestEventTimestamp(epochMs: number) {
    this.#latestEventTimestamp = Math.max(epochMs, this.#latestEventTimestamp ?? epochMs);
  }
}

export const StateStoreContext = createContext<StateStore>("observability-agents.state-store");

/** The run's state store. */
export function useStateStore(): Operation<StateStore> {
  return StateStoreContext.expect();
}
