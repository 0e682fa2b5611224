import type { Columns, Connection } from "../connection.ts";
import { fromColumn, toColumn } from "../text.ts";
import { isNumber, isText, rowChecksum } from "./column-types.ts";

export interface StateEntry {
  /** New with each change: of two entries with the same name and key, the higher one holds. */
  readonly id: number;
  readonly name: string;
  readonly key: string;
  /** JSON text. */
  readonly value: string;
}

/** What agents remember. */
export class State {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  set(entry: StateEntry): void {
    const { id, name, key, value } = entry;
    const sql = "INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?, ?)";
    this.#connection.run(sql, id, toColumn(name), toColumn(key), checksum(entry), value);
  }

  delete(name: string, key: string): void {
    this.#connection.run("DELETE FROM state WHERE name = ? AND key = ?", toColumn(name), toColumn(key));
  }

  /** As `stateEntryFrom()` takes them, in the order of their keys. */
  rows(name: string): readonly Columns[] {
    return this.#connection.all("SELECT * FROM state WHERE name = ? ORDER BY key", toColumn(name));
  }

  deleteRow(id: number): void {
    this.#connection.run("DELETE FROM state WHERE id = ?", id);
  }
}

/** @returns `undefined` when the row is not what was written */
export function stateEntryFrom(columns: Columns): StateEntry | undefined {
  if (columns.length !== 5) return undefined;
  const [id, name, key, crc, value] = columns;
  if (!isNumber(id) || !isText(name) || !isText(key) || !isText(value)) return undefined;
  const entry = { id, name: fromColumn(name), key: fromColumn(key), value };
  return checksum(entry) === crc ? entry : undefined;
}

function checksum({ id, name, key, value }: StateEntry): number {
  return rowChecksum(id, name, key, value);
}
