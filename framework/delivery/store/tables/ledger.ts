import type { StatementSync } from "node:sqlite";
import type { Columns, Connection } from "../connection.ts";
import { toColumn } from "../text.ts";
import { isNumber, isText } from "./column-types.ts";

export interface LedgerEntry {
  /** The event's. */
  readonly id: number;
  /** Epoch ms. */
  readonly at: number;
  /** As in the column. */
  readonly key: string;
}

/** So many keys after one, of which those are to be forgotten that were noted before a time. */
export interface KeySpan {
  readonly afterId: number;
  /** Epoch ms. */
  readonly before: number;
  readonly now: number;
  readonly limit: number;
  /** Events that are delivered, and have rows still. */
  readonly settled: ReadonlySet<number>;
}

export interface KeysSeen {
  readonly lastId: number;
  /** Is one of them old, so that some after them may be as well? */
  readonly hasMore: boolean;
  readonly forgettable: number;
}

/** The keys of events that were queued, those delivered since included. */
export class Ledger {
  readonly #connection: Connection;
  readonly #insert: StatementSync;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#insert = connection.prepare("INSERT INTO ledger VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING");
  }

  /** @returns whether the key is new */
  note(id: number, at: number, key: string): boolean {
    return Number(this.#insert.run(id, at, toColumn(key)).changes) > 0;
  }

  /** One that was noted before, unless its id or its key is there. */
  restore({ id, at, key }: LedgerEntry): void {
    this.#connection.run("INSERT OR IGNORE INTO ledger VALUES (?, ?, ?)", id, at, key);
  }

  /** Ids of events end there. */
  deleteAfter(lastId: number): void {
    this.#connection.run("DELETE FROM ledger WHERE id > ?", lastId);
  }

  /** Looks at the next keys, in the order of their ids. */
  look({ afterId, before, now, limit, settled }: KeySpan): KeysSeen {
    const row = this.#connection.first(LOOK, before, now, afterId, limit, toJson(settled));
    const [lastId = afterId, count = 0, old = 0, forgettable = 0] = row?.every(isNumber) ? row : [];
    return { lastId, hasMore: old > 0 && count === limit, forgettable };
  }

  /** Forgets keys that were noted before that, unless their events wait. @param lastId the last one that `look()` has seen */
  forget({ afterId, before, settled }: KeySpan, lastId: number): number {
    const sql = `DELETE FROM ledger WHERE id > ?1 AND id <= ?2 AND at < ?3 AND ${isGone("?4")}`;
    return this.#connection.run(sql, afterId, lastId, before, toJson(settled));
  }
}

/** A key has the id of its event. */
function isGone(settled: string): string {
  return `(id NOT IN (SELECT id FROM events) OR id IN (SELECT value FROM json_each(${settled})))`;
}

/** Keys of the future were noted while the clock was wrong: they are passed over, as old ones whose events wait are. */
const LOOK = `
  SELECT max(id), count(*), sum(at < ?1 OR at > ?2), sum(at < ?1 AND ${isGone("?5")})
  FROM (SELECT id, at FROM ledger WHERE id > ?3 ORDER BY id LIMIT ?4)`;

function toJson(ids: ReadonlySet<number>): string {
  return JSON.stringify([...ids]);
}

/** @returns `undefined` when the row is none */
export function ledgerEntryFrom(columns: Columns): LedgerEntry | undefined {
  if (columns.length !== 3) return undefined;
  const [id, at, key] = columns;
  return isNumber(id) && isNumber(at) && isText(key) ? { id, at, key } : undefined;
}
