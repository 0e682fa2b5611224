import {
  type Acknowledgement,
  acknowledgementFrom,
  type Counts,
  countsFrom,
  deadLetterFrom,
  eventFrom,
  type LedgerEntry,
  ledgerEntryFrom,
  type StateEntry,
  stateEntryFrom,
} from "../tables/index.ts";
import type { DeadLetter, StoredEvent } from "../types.ts";
import type { RawRow } from "./records.ts";

/** Takes what is found, in no order, and some of it more than once. */
export interface FoundRows {
  event(event: StoredEvent): void;
  deadLetter(letter: DeadLetter): void;
  ledgerEntry(entry: LedgerEntry): void;
}

/** Sorts rows by what they are, and keeps what decides over others. */
export class Findings {
  readonly #rows: FoundRows;
  readonly #state = new Map<string, StateEntry>();
  readonly acknowledgements: Acknowledgement[] = [];
  /** The latest. */
  counts: Counts | undefined;

  constructor(rows: FoundRows) {
    this.#rows = rows;
  }

  /** For each name and key, what was set last. */
  get state(): readonly StateEntry[] {
    return [...this.#state.values()];
  }

  /** @returns whether the row is one of ours, and whole */
  accept(row: RawRow): boolean {
    switch (row.length) {
      case 3:
        return (
          take(acknowledgementFrom(row), (acknowledgement) => this.acknowledgements.push(acknowledgement)) ||
          take(ledgerEntryFrom(row), (entry) => this.#rows.ledgerEntry(entry))
        );
      case 5:
        return take(stateEntryFrom(row), (entry) => this.#takeState(entry));
      case 8:
        return take(eventFrom(row), (event) => this.#rows.event(event));
      case 9:
        return take(countsFrom(row), (counts) => this.#takeCounts(counts));
      case 10:
        return take(deadLetterFrom(row), (letter) => this.#rows.deadLetter(letter));
      default:
        return false;
    }
  }

  #takeState(entry: StateEntry): void {
    const key = JSON.stringify([entry.name, entry.key]);
    if (entry.id > (this.#state.get(key)?.id ?? 0)) this.#state.set(key, entry);
  }

  #takeCounts(counts: Counts): void {
    if (counts.commits > (this.counts?.commits ?? 0)) this.counts = counts;
  }
}

function take<T>(found: T | undefined, keep: (found: T) => void): boolean {
  if (found !== undefined) keep(found);
  return found !== undefined;
}
