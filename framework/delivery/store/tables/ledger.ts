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

  /** Was one of the oldest keys noted before that, epoch ms? One of them may bear a time that is wrong. */
  isOldestBefore(before: number): boolean {
    const sql = "SELECT min(at) FROM (SELECT at FROM ledger ORDER BY id LIMIT 16)";
    return (this.#connection.number(sql) ?? before) < before;
  }

  /** Forgets the oldest keys, as far as they were noted before that. @returns how many, at most `limit` */
  forget(before: number, limit: number): number {
    const sql = "DELETE FROM ledger WHERE at < ? AND id IN (SELECT id FROM ledger ORDER BY id LIMIT ?)";
    return this.#connection.run(sql, before, limit);
  }
}

/** @returns `undefined` when the row is none */
export function ledgerEntryFrom(columns: Columns): LedgerEntry | undefined {
  if (columns.length !== 3) return undefined;
  const [id, at, key] = columns;
  return isNumber(id) && isNumber(at) && isText(key) ? { id, at, key } : undefined;
}
