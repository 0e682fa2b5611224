import type { Columns, Connection } from "../connection.ts";
import { isNumber, isText, rowChecksum } from "./column-types.ts";

/** One call's. */
export interface Acknowledgement {
  /** The number of its transaction, as in the counters. */
  readonly commit: number;
  readonly ids: readonly number[];
}

/** Events that are delivered and not yet deleted. */
export class Acknowledged {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(acknowledgement: Acknowledgement): void {
    const { commit, ids } = acknowledgement;
    const sql = "INSERT INTO acknowledged VALUES (?, ?, ?)";
    this.#connection.run(sql, commit, ids.join(","), checksum(acknowledgement));
  }

  /** One that is damaged is left out: its events are delivered again. */
  all(): readonly Acknowledgement[] {
    const rows = this.#connection.all("SELECT * FROM acknowledged ORDER BY id");
    return rows.map(acknowledgementFrom).filter((row) => row !== undefined);
  }

  deleteAll(): void {
    this.#connection.run("DELETE FROM acknowledged");
  }
}

/** @returns `undefined` when the row is not what was written */
export function acknowledgementFrom(columns: Columns): Acknowledgement | undefined {
  if (columns.length !== 3) return undefined;
  const [commit, ids, crc] = columns;
  if (!isNumber(commit) || !isText(ids)) return undefined;
  const acknowledgement = { commit, ids: ids.split(",").map(Number) };
  return checksum(acknowledgement) === crc ? acknowledgement : undefined;
}

function checksum({ commit, ids }: Acknowledgement): number {
  return rowChecksum(commit, ids.join(","));
}
