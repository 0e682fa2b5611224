import { Bookkeeping } from "./bookkeeping.ts";
import type { Columns, Connection } from "./connection.ts";
import { RowCheck, type SetAside } from "./damaged-rows.ts";
import { DeadLetterBox } from "./dead-letter-box.ts";
import { DamageError, isFull } from "./errors.ts";
import {
  type Counts,
  Events,
  eventFrom,
  type KeySpan,
  Ledger,
  State,
  stateEntryFrom,
  toTotals,
} from "./tables/index.ts";
import type { DeadLetter, LaneSummary, Staged, StateChange, StoredEvent, Totals, Unit } from "./types.ts";

/** Acknowledged events that wait to be deleted: reading passes over them. */
const MOST_SETTLED = 512;

/**
 * What is in an open store. A method that changes something does so in one transaction, unless it says otherwise. What
 * SQLite throws goes to the caller as it is; then everything is as before.
 */
export class Contents {
  readonly #books: Bookkeeping;
  readonly #events: Events;
  readonly #ledger: Ledger;
  readonly #state: State;
  readonly #check: RowCheck;
  readonly deadLetters: DeadLetterBox;

  /** @param setAside takes rows that are damaged; without it, they stay */
  constructor(connection: Connection, setAside?: SetAside) {
    this.#books = new Bookkeeping(connection);
    this.#events = new Events(connection);
    this.#ledger = new Ledger(connection);
    this.#state = new State(connection);
    this.#check = new RowCheck(setAside);
    this.deadLetters = new DeadLetterBox(connection, this.#books, this.#events, this.#check);
  }

  /** How many transactions there were. */
  get commits(): number {
    return this.#books.commits;
  }

  commit(units: readonly Unit[]): StoredEvent[][] {
    return this.#books.change((counts) => {
      const queued = units.map(({ events }) => this.#number(events, counts));
      this.#events.insert(queued.flat());
      for (const { state } of units) for (const change of state) this.#changeState(change, counts);
      return queued;
    });
  }

  /** @param ids of events that were queued */
  acknowledge(ids: readonly number[]): void {
    const { settled } = this.#books;
    const { lastId } = this.#books.counts;
    const known = [...new Set(ids)].filter((id) => id <= lastId && !settled.has(id));
    if (known.length === 0) return;
    if (settled.size + known.length < MOST_SETTLED) this.#books.acknowledge(known);
    else this.#settle([...settled, ...known]);
  }

  /** Deletes the events that were acknowledged. */
  settle(): void {
    const { settled } = this.#books;
    if (settled.size > 0) this.#settle([...settled]);
  }

  refuse(id: number, refusal: Pick<DeadLetter, "status" | "answer" | "refusedAt">): void {
    this.#books.change((counts) => {
      const row = this.#books.settled.has(id) ? undefined : this.#events.row(id);
      if (row === undefined) return;
      for (const event of this.#check.whole("event", [row], eventFrom, () => this.#discard(id, counts))) {
        this.deadLetters.insert({ ...event, ...refusal });
        this.#events.delete([id]);
        counts.deadLettered++;
      }
    });
  }

  eventsAfter(id: number, limit: number): readonly StoredEvent[] {
    return this.#read((afterId, rows) => this.#events.rowsAfter(afterId, rows), id, limit);
  }

  eventsOfLane(lane: string, afterId: number, limit: number): readonly StoredEvent[] {
    return this.#read((id, rows) => this.#events.rowsOfLane(lane, id, rows), afterId, limit);
  }

  oldestQueuedAt(): number | undefined {
    this.#books.refresh();
    return this.#events.oldestQueuedAt(this.#books.settled);
  }

  lanes(limit: number): readonly LaneSummary[] {
    this.#books.refresh();
    return this.#events.lanes(limit, this.#books.settled);
  }

  totals(): Totals {
    this.#books.refresh();
    return toTotals(this.#books.counts);
  }

  /** The highest id ever given. */
  lastId(): number {
    this.#books.refresh();
    return this.#books.counts.lastId;
  }

  /** For each key, JSON text. */
  state(name: string): ReadonlyMap<string, string> {
    const rows = this.#state.rows(name);
    const forget = (id: number) => this.#books.change(() => this.#state.deleteRow(id));
    const entries = this.#check.whole("state", rows, stateEntryFrom, forget);
    return new Map(entries.map(({ key, value }) => [key, value]));
  }

  /** Forgets keys of events that have gone. @returns how many, and after which id to go on; 0 for from the beginning */
  forgetKeys(ages: Omit<KeySpan, "settled">): { readonly forgotten: number; readonly goOnAfter: number } {
    const span = { ...ages, settled: this.#books.settled };
    const { lastId, hasMore, forgettable } = this.#ledger.look(span);
    const forgotten = forgettable > 0 ? this.#books.change(() => this.#ledger.forget(span, lastId)) : 0;
    return { forgotten, goOnAfter: hasMore ? lastId : 0 };
  }

  /** In one transaction, or, when the log has no room for that, in several: the events may be large. */
  #settle(ids: readonly number[]): void {
    try {
      this.#books.settle(ids, (some) => this.#events.delete(some));
    } catch (error) {
      if (!isFull(error) || ids.length === 1) throw error;
      const half = Math.ceil(ids.length / 2);
      this.#settle(ids.slice(0, half));
      this.#settle(ids.slice(half));
    }
  }

  /** Gives ids to the events whose keys are new. */
  #number(events: readonly Staged[], counts: Counts): StoredEvent[] {
    const queued: StoredEvent[] = [];
    for (const { type, lane, body, dedupeKey, queuedAt } of events) {
      counts.emitted++;
      if (dedupeKey !== undefined && !this.#ledger.note(counts.lastId + 1, queuedAt, dedupeKey)) {
        counts.deduplicated++;
        continue;
      }
      const id = ++counts.lastId;
      // As it will be read: UTF-8 has no half surrogate pairs.
      queued.push({ id, type, lane: lane.toWellFormed(), body, dedupeKey, queuedAt, attempts: 0 });
    }
    return queued;
  }

  #changeState({ name, key, value }: StateChange, counts: Counts): void {
    if (value === undefined) this.#state.delete(name, key);
    else this.#state.set({ id: ++counts.lastId, name, key, value });
  }

  /** @param rows reads the next rows of events */
  #read(rows: (afterId: number, limit: number) => readonly Columns[], afterId: number, limit: number): StoredEvent[] {
    this.#books.refresh();
    const { settled } = this.#books;
    const events: StoredEvent[] = [];
    for (let last = afterId; events.length < limit; ) {
      const wanted = limit - events.length;
      const found = rows(last, wanted);
      for (const row of found) {
        const id = Number(row[0]);
        if (id <= last) throw new DamageError(`Event ${id} comes after event ${last}.`);
        last = id;
      }
      const waiting = found.filter(([id]) => !settled.has(Number(id)));
      const discard = (id: number) => this.#books.change((counts) => this.#discard(id, counts));
      events.push(...this.#check.whole("event", waiting, eventFrom, discard));
      if (found.length < wanted) break;
    }
    return events;
  }

  #discard(id: number, counts: Counts): void {
    if (this.#events.delete([id]) === 0) throw new DamageError(`Event ${id} is not where it should be.`);
    counts.damaged++;
  }
}
