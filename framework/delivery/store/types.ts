import type { EventType } from "../../../toolkit/observability/index.ts";

/** An event to be queued. */
export interface Staged {
  readonly type: EventType;
  /** Events of one lane are delivered one after the other, in the order of their ids. */
  readonly lane: string;
  /** JSON text, posted as it is. */
  readonly body: string;
  /** Not queued when an event with the same key was, within the last `ledgerMs`. */
  readonly dedupeKey?: string | undefined;
  /** Epoch ms. */
  readonly queuedAt: number;
}

/** What an agent remembers. */
export interface StateChange {
  readonly name: string;
  readonly key: string;
  /** JSON text; `undefined` deletes. */
  readonly value: string | undefined;
}

/** What is committed together or not at all. */
export interface Unit {
  readonly events: readonly Staged[];
  readonly state: readonly StateChange[];
}

export interface StoredEvent extends Staged {
  /** Ascending in the order of queueing; never used again. */
  readonly id: number;
  /** Always 0 out of the store: attempts only count in memory. */
  readonly attempts: number;
}

/** An event that Observability has refused for good. */
export interface DeadLetter extends Staged {
  readonly id: number;
  /** HTTP status. */
  readonly status: number;
  /** What the server said, as much of it as was kept. */
  readonly answer: string;
  /** Epoch ms. */
  readonly refusedAt: number;
}

/** `emitted` = `acknowledged` + `deadLettered` + `deduplicated` + `damaged` + `queued`. All but `queued` only grow. */
export interface Totals {
  readonly emitted: number;
  readonly acknowledged: number;
  readonly deadLettered: number;
  readonly deduplicated: number;
  readonly damaged: number;
  /** In the store now, those being delivered included. */
  readonly queued: number;
}

export interface LaneSummary {
  readonly lane: string;
  readonly count: number;
  /** When the oldest was queued, epoch ms. */
  readonly oldest: number;
}
