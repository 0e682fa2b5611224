import { action, type Operation, sleep, until } from "effection";
import { eventLoopTurn } from "../core/index.ts";
import { Bell } from "./bell.ts";
import type { OpenUnit } from "./open-unit.ts";
import type { EventStore, StoredEvent } from "./store/index.ts";
import type { StoreTrouble } from "./store-trouble.ts";

interface Entry {
  readonly unit: OpenUnit;
  /** Called once it is on disk; nobody waits for what was sent without waiting. */
  resume: () => void;
}

export type CommitStore = Pick<EventStore, "commit" | "sync">;

export interface CommitListener {
  /** They are in the store, and not yet safe on disk. */
  committed(units: readonly OpenUnit[], events: readonly StoredEvent[]): void;
  /** They are safe. In the order of their ids. */
  durable(events: readonly StoredEvent[]): void;
}

/**
 * Commits units of work, all that are there at a time in one transaction with one sync of the disk; those that come
 * meanwhile make up the next. A unit that cannot be committed is kept and tried again for ever, while its sender waits;
 * a sender that is halted before its unit's transaction takes it back.
 */
export class GroupCommit {
  readonly #store: CommitStore;
  readonly #trouble: StoreTrouble;
  readonly #listener: CommitListener;
  readonly #work = new Bell("units of work");
  #waiting: Entry[] = [];
  #waitingEvents = 0;
  #isSyncing = false;

  constructor(store: CommitStore, trouble: StoreTrouble, listener: CommitListener) {
    this.#store = store;
    this.#trouble = trouble;
    this.#listener = listener;
  }

  /** Units that are not on disk. */
  get isBusy(): boolean {
    return this.#isSyncing || this.#waiting.length > 0;
  }

  /** Events that are in no transaction yet. */
  get waitingEvents(): number {
    return this.#waitingEvents;
  }

  /** Returns when the unit is on disk. */
  *commit(unit: OpenUnit): Operation<void> {
    const entry = this.#add(unit);
    try {
      yield* action<void>((resolve) => {
        entry.resume = resolve;
        return () => {};
      }, "the disk");
    } finally {
      this.#takeBack(entry); // It is not there any more, unless this was halted.
    }
  }

  /** Returns at once; what is not on disk when the process is killed is lost. */
  commitSoon(unit: OpenUnit): void {
    this.#add(unit);
  }

  /** To be run by one task as long as units may come. */
  *run(): Operation<never> {
    while (true) {
      while (this.#waiting.length === 0) yield* this.#work.wait();
      yield* eventLoopTurn(); // for all that are sent in this turn
      const entries = this.#commitWaiting();
      if (entries === undefined) yield* sleep(this.#trouble.nextRetryMs());
      else yield* this.#finish(entries);
    }
  }

  /** What nobody waited for, at the end. */
  flush(): void {
    this.#commitWaiting();
  }

  #add(unit: OpenUnit): Entry {
    const entry: Entry = { unit, resume: () => {} };
    this.#waiting.push(entry);
    this.#waitingEvents += unit.eventCount;
    this.#work.ring();
    return entry;
  }

  #takeBack(entry: Entry): void {
    const at = this.#waiting.indexOf(entry);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    this.#waitingEvents -= entry.unit.eventCount;
  }

  #commitWaiting(): Committing | undefined {
    const entries = this.#waiting;
    const units = entries.map(({ unit }) => unit);
    const events = this.#trouble.guard("commit", () => this.#store.commit(units.map((unit) => unit.toUnit())).flat());
    if (events === undefined) return undefined;
    this.#waiting = [];
    this.#waitingEvents = 0;
    this.#listener.committed(units, events);
    return { entries, events };
  }

  *#finish({ entries, events }: Committing): Operation<void> {
    this.#isSyncing = true;
    while (!(yield* this.#sync())) yield* sleep(this.#trouble.nextRetryMs());
    this.#isSyncing = false;
    this.#listener.durable(events);
    for (const entry of entries) entry.resume();
  }

  *#sync(): Operation<boolean> {
    try {
      yield* until(this.#store.sync());
      this.#trouble.worked("sync");
      return true;
    } catch (error) {
      this.#trouble.failed("sync", error);
      return false;
    }
  }
}

interface Committing {
  readonly entries: readonly Entry[];
  readonly events: readonly StoredEvent[];
}
