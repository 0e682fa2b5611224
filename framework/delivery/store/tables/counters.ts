import type { Columns, Connection } from "../connection.ts";
import { DamageError } from "../errors.ts";
import type { Totals } from "../types.ts";
import { isNumber, rowChecksum } from "./column-types.ts";

export interface Counts {
  /** The highest id ever given to anything. */
  lastId: number;
  emitted: number;
  acknowledged: number;
  deadLettered: number;
  deduplicated: number;
  damaged: number;
  /** Transactions so far. */
  commits: number;
}

export const NO_COUNTS: Readonly<Counts> = {
  lastId: 0,
  emitted: 0,
  acknowledged: 0,
  deadLettered: 0,
  deduplicated: 0,
  damaged: 0,
  commits: 0,
};

/** One row, changed in each transaction. */
export class Counters {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @throws {DamageError} */
  read(): Counts {
    const row = this.#connection.first("SELECT * FROM counters");
    const counts = row === undefined ? undefined : countsFrom(row);
    if (counts === undefined) throw new DamageError("The counters are damaged.");
    return counts;
  }

  write(counts: Counts): void {
    const values = valuesOf(counts);
    const sql = "INSERT OR REPLACE INTO counters VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)";
    this.#connection.run(sql, ...values, rowChecksum(...values));
  }
}

/** @returns `undefined` when the row is not what was written */
export function countsFrom(columns: Columns): Counts | undefined {
  if (columns.length !== 9 || !columns.every(isNumber)) return undefined;
  const [, lastId = 0, emitted = 0, acknowledged = 0, deadLettered = 0, deduplicated = 0, damaged = 0] = columns;
  const [commits = 0, crc] = columns.slice(7);
  const counts = { lastId, emitted, acknowledged, deadLettered, deduplicated, damaged, commits };
  return rowChecksum(...valuesOf(counts)) === crc ? counts : undefined;
}

export function toTotals({ emitted, acknowledged, deadLettered, deduplicated, damaged }: Readonly<Counts>): Totals {
  const queued = emitted - acknowledged - deadLettered - deduplicated - damaged;
  return { emitted, acknowledged, deadLettered, deduplicated, damaged, queued };
}

/** In the order of the columns. */
function valuesOf(counts: Counts): readonly number[] {
  const { lastId, emitted, acknowledged, deadLettered, deduplicated, damaged, commits } = counts;
  return [lastId, emitted, acknowledged, deadLettered, deduplicated, damaged, commits];
}
