import { createContext } from "effection";
import { isFinished, type ObservabilityEvent, orderingKey } from "../../toolkit/observability/index.ts";
import type { Staged, StateChange, Unit } from "./store/index.ts";

/** The unit of work that the running task is in. */
export const OpenUnitContext = createContext<OpenUnit>("observability-agents.open-unit");

/** What a unit of work is going to keep. */
export class OpenUnit {
  readonly #events: Staged[] = [];
  /** Ends of runs: they go after all else in the unit, so that nothing comes after its run's end. */
  readonly #ends: Staged[] = [];
  readonly #state = new Map<string, StateChange>();

  static of(event: ObservabilityEvent): OpenUnit {
    const unit = new OpenUnit();
    unit.stage(event);
    return unit;
  }

  get eventCount(): number {
    return this.#events.length + this.#ends.length;
  }

  get isEmpty(): boolean {
    return this.eventCount === 0 && this.#state.size === 0;
  }

  stage(event: ObservabilityEvent): void {
    (isRunEnd(event) ? this.#ends : this.#events).push(toStaged(event));
  }

  change(change: StateChange): void {
    this.#state.set(keyOf(change), change);
  }

  /** What is staged for a key of a state; `undefined` when nothing is. */
  changeOf(name: string, key: string): StateChange | undefined {
    return this.#state.get(keyOf({ name, key }));
  }

  get changes(): readonly StateChange[] {
    return [...this.#state.values()];
  }

  toUnit(): Unit {
    const events = this.#ends.length === 0 ? this.#events : [...this.#events, ...this.#ends];
    return { events, state: this.changes };
  }
}

function toStaged(event: ObservabilityEvent): Staged {
  return {
    type: event.type,
    lane: orderingKey(event),
    body: JSON.stringify(event.body),
    dedupeKey: event.dedupeKey,
    queuedAt: Date.now(),
  };
}

function isRunEnd({ type, body }: ObservabilityEvent): boolean {
  return type === "run-status" && body.task_key === undefined && isFinished(body.status);
}

function keyOf({ name, key }: { readonly name: string; readonly key: string }): string {
  return JSON.stringify([name, key]);
}
