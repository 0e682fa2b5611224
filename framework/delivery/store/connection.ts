import type { DatabaseSync, StatementSync } from "node:sqlite";
import { openSqlite } from "./sqlite.ts";

export type Value = string | number | null;

/** A row: the values of its columns, in their order. */
export type Columns = readonly unknown[];

/** How long SQLite waits for another process that is writing, ms. The event loop stands still meanwhile. */
const BUSY_TIMEOUT_MS = 500;

const PAGE_CACHE_KIB = 8 * 1024;

export const PAGE_BYTES = 4096;

/**
 * A connection to a database, which prepares each statement once. What SQLite throws goes to the caller as it is.
 */
export class Connection {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @param path `:memory:` for a database that nobody else sees and that ends with the connection */
  constructor(path: string) {
    this.#db = openSqlite(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      this.#db.exec(SETTINGS);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    statement.setReturnArrays(true);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** For what is done once: one or several statements. */
  execute(sql: string): void {
    this.#db.exec(sql);
  }

  /** @returns how many rows were changed */
  run(sql: string, ...values: readonly Value[]): number {
    return Number(this.prepare(sql).run(...values).changes);
  }

  all(sql: string, ...values: readonly Value[]): readonly Columns[] {
    const rows: unknown[] = this.prepare(sql).all(...values);
    if (!rows.every(isColumns)) throw notColumns();
    return rows;
  }

  first(sql: string, ...values: readonly Value[]): Columns | undefined {
    const row: unknown = this.prepare(sql).get(...values);
    if (row !== undefined && !isColumns(row)) throw notColumns();
    return row;
  }

  /** The first column of the first row; `undefined` when there is none, or when it is NULL. */
  number(sql: string, ...values: readonly Value[]): number | undefined {
    const value = this.first(sql, ...values)?.[0];
    return typeof value === "number" ? value : undefined;
  }

  /** All of what `body` does, or, when it throws, nothing. Other processes do not write meanwhile. */
  transaction<T>(body: () => T): T {
    this.run("BEGIN IMMEDIATE");
    try {
      const result = body();
      this.run("COMMIT");
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK"); // SQLite itself rolls back when the disk is full
      throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }
}

/** `node:sqlite` is asked for arrays, and its types do not know. */
function isColumns(row: unknown): row is Columns {
  return Array.isArray(row);
}

function notColumns(): TypeError {
  return new TypeError("SQLite was asked for arrays.");
}

/**
 * `secure_delete` fills with zeros what is deleted: in the debris of a damaged file, nothing that was delivered is found
 * once more. `synchronous = NORMAL`: a commit waits for no disk, `Durability` does that without standing still.
 * `wal_autocheckpoint = 0`: checkpoints are `Durability`'s as well.
 */
const SETTINGS = `
  PRAGMA page_size = ${PAGE_BYTES};
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 0;
  PRAGMA secure_delete = ON;
  PRAGMA cell_size_check = ON;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -${PAGE_CACHE_KIB};
`;
