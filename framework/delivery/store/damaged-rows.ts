import { appendFileSync } from "node:fs";
import type { Logger } from "../../../toolkit/logging/index.ts";
import type { Columns } from "./connection.ts";
import { FILE_MODE } from "./disk/index.ts";

/** The names of the columns of what may be damaged. */
const COLUMNS = {
  event: ["id", "type", "lane", "laneCode", "queuedAt", "dedupeKey", "crc", "body"],
  "dead letter": ["id", "type", "lane", "queuedAt", "dedupeKey", "status", "refusedAt", "crc", "answer", "body"],
  state: ["id", "name", "key", "crc", "value"],
} as const;

export type RowKind = keyof typeof COLUMNS;

/** Keeps a row that is not what was written. */
export type SetAside = (kind: RowKind, row: Columns) => void;

/**
 * Keeps damaged rows for who wants to have a look at them.
 * @param path where, one JSON object a line; `undefined` for a store in memory
 */
export function damagedRowKeeper(path: string | undefined, log: Logger | undefined): SetAside {
  return (kind, row) => {
    const names: readonly string[] = COLUMNS[kind];
    const columns = Object.fromEntries(names.map((name, i) => [name, row[i]]));
    if (path !== undefined) appendFileSync(path, `${JSON.stringify({ kind, ...columns })}\n`, { mode: FILE_MODE });
    log?.error({ kind, id: row[0], file: path }, "A row of the store is damaged; it is kept aside and not used.");
  };
}

/** Takes damaged rows out of a table. */
export class RowCheck {
  readonly #setAside: SetAside | undefined;

  /** @param setAside without it, damaged rows stay where they are */
  constructor(setAside: SetAside | undefined) {
    this.#setAside = setAside;
  }

  /** @returns what is whole @param remove takes the row with that id out of the table */
  whole<T>(
    kind: RowKind,
    rows: readonly Columns[],
    parse: (row: Columns) => T | undefined,
    remove: (id: number) => void,
  ): readonly T[] {
    return rows.flatMap((row) => {
      const found = parse(row);
      if (found !== undefined) return [found];
      if (this.#setAside === undefined) return [];
      this.#setAside(kind, row);
      remove(Number(row[0]));
      return [];
    });
  }
}
