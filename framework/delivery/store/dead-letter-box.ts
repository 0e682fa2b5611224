import type { Bookkeeping } from "./bookkeeping.ts";
import type { Columns, Connection } from "./connection.ts";
import type { RowCheck } from "./damaged-rows.ts";
import { DeadLetters, deadLetterFrom, type Events } from "./tables/index.ts";
import type { DeadLetter } from "./types.ts";

/** In one transaction: another process that wants to write waits no longer than that. */
const LETTERS_AT_A_TIME = 200;

/** What Observability has refused for good, until somebody decides what to do about it. */
export class DeadLetterBox {
  readonly #books: Bookkeeping;
  readonly #check: RowCheck;
  readonly #letters: DeadLetters;
  readonly #events: Events;

  constructor(connection: Connection, books: Bookkeeping, events: Events, check: RowCheck) {
    this.#books = books;
    this.#check = check;
    this.#letters = new DeadLetters(connection);
    this.#events = events;
  }

  /** To be called in a transaction. */
  insert(letter: DeadLetter): void {
    this.#letters.insert(letter);
  }

  get(id: number): DeadLetter | undefined {
    return this.list(id - 1, 1).find((letter) => letter.id === id);
  }

  /** In the order of their ids. */
  list(afterId: number, limit: number): readonly DeadLetter[] {
    return this.#whole(this.#letters.rows(afterId, limit));
  }

  /** The latest, newest first. */
  latest(limit: number): readonly DeadLetter[] {
    return this.#whole(this.#letters.latestRows(limit));
  }

  ids(): readonly number[] {
    return this.#letters.ids();
  }

  count(): number {
    return this.#letters.count();
  }

  /** Queues them as new events. @param queuedAt epoch ms @returns how many */
  replay(ids: readonly number[] | "all", queuedAt: number): number {
    return this.#inPieces(ids === "all" ? this.ids() : ids, (some) => {
      const letters = some.map((id) => this.get(id)).filter((letter) => letter !== undefined);
      return this.#books.change((counts) => {
        // Keep asking delete(): an id may be named twice, and another process may have replayed the letter meanwhile.
        const taken = letters.filter(({ id }) => this.#letters.delete(id));
        counts.emitted += taken.length;
        this.#events.insert(
          taken.map(({ type, lane, body, dedupeKey }) => {
            return { id: ++counts.lastId, type, lane, body, dedupeKey, queuedAt, attempts: 0 };
          }),
        );
        return taken.length;
      });
    });
  }

  /** Deletes them. @returns how many */
  purge(ids: readonly number[] | "all"): number {
    return this.#inPieces(ids === "all" ? this.ids() : ids, (some) => {
      return this.#books.change(() => some.filter((id) => this.#letters.delete(id)).length);
    });
  }

  /** Deletes those refused before that, epoch ms. @returns how many */
  purgeOlder(before: number): number {
    return this.purge(this.#letters.idsOlder(before));
  }

  /** Deletes so many of the oldest. @returns how many there were */
  purgeOldest(limit: number): number {
    return this.purge(this.#letters.ids(limit));
  }

  #whole(rows: readonly Columns[]): readonly DeadLetter[] {
    return this.#check.whole("dead letter", rows, deadLetterFrom, (id) => this.purge([id]));
  }

  #inPieces(ids: readonly number[], change: (some: readonly number[]) => number): number {
    let changed = 0;
    for (let i = 0; i < ids.length; i += LETTERS_AT_A_TIME) changed += change(ids.slice(i, i + LETTERS_AT_A_TIME));
    return changed;
  }
}
