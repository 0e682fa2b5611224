/** `held`: the credentials are refused. `retry` and `held` are not the last word on an event. */
export type EventFate = "delivered" | "refused" | "retry" | "held";

/** One answer to one event. */
export interface TrailEntry {
  /** Counts up from 1. */
  readonly number: number;
  /** On the clock of `performance.now()`. */
  readonly atMs: number;
  readonly type: string;
  /** What it is ordered by: its run, for one. */
  readonly lane: string;
  readonly fate: EventFate;
  /** HTTP status; `undefined` when there was no answer. */
  readonly status: number | undefined;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const LENGTH = 50;

/** The latest answers to events. The entries are written over in turn, so noting one allocates nothing. */
export class EventTrail {
  readonly #ring: readonly Mutable<TrailEntry>[] = Array.from({ length: LENGTH }, () => ({
    number: 0,
    atMs: 0,
    type: "",
    lane: "",
    fate: "delivered",
    status: undefined,
  }));
  #noted = 0;

  /** How many there have been. */
  get noted(): number {
    return this.#noted;
  }

  note(type: string, lane: string, fate: EventFate, status: number | undefined): void {
    const entry = this.#ring[this.#noted % LENGTH];
    if (entry === undefined) return;
    this.#noted++;
    entry.number = this.#noted;
    entry.atMs = performance.now();
    entry.type = type;
    entry.lane = lane;
    entry.fate = fate;
    entry.status = status;
  }

  /** Copies of the latest, newest first. */
  latest(): readonly TrailEntry[] {
    return this.#ring
      .filter(({ number }) => number > 0)
      .map((entry) => ({ ...entry }))
      .sort((a, b) => b.number - a.number);
  }
}
