import type { StatementSync } from "node:sqlite";
import type { Columns, Connection } from "../connection.ts";
import { BLOCK } from "../schema.ts";
import { fromColumn, toColumn } from "../text.ts";
import type { LaneSummary, StoredEvent } from "../types.ts";
import { eventColumns, laneCode } from "./event-row.ts";

const PLACES = "(?, ?, ?, ?, ?, ?, ?, ?)";

/** Rows in one statement: a third cheaper than one by one. */
const SEVERAL = 8;

/** Looks into one block after the other, so it needs no sorting: what it finds is in the order of ids. */
const ROWS_OF_LANE = `
  WITH RECURSIVE blocks (block) AS (
    SELECT CAST(?2 AS INTEGER) / ${BLOCK}
    UNION ALL
    SELECT (SELECT min(id) FROM events WHERE id >= (block + 1) * ${BLOCK}) / ${BLOCK} FROM blocks WHERE block IS NOT NULL
  )
  SELECT events.* FROM blocks CROSS JOIN events INDEXED BY events_by_lane
    ON events.id / ${BLOCK} = block AND lane_code = ?1 AND events.id > ?2 AND lane = ?3 LIMIT ?4`;

/** By block first: so the index is read in its own order, and only the sums are sorted. */
const LANES = `
  SELECT sum(part) AS count, min(id) AS first FROM (
    SELECT lane_code, count(*) AS part, min(id) AS id FROM events INDEXED BY events_by_lane
      WHERE id NOT IN (SELECT value FROM json_each(?)) GROUP BY id / ${BLOCK}, lane_code
  ) GROUP BY lane_code ORDER BY count DESC, first LIMIT ?`;

/** What waits to be delivered. */
export class Events {
  readonly #connection: Connection;
  readonly #insertOne: StatementSync;
  readonly #insertSeveral: StatementSync;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#insertOne = connection.prepare(`INSERT INTO events VALUES ${PLACES}`);
    this.#insertSeveral = connection.prepare(`INSERT INTO events VALUES ${Array(SEVERAL).fill(PLACES).join(", ")}`);
  }

  /** Their ids must be new. */
  insert(events: readonly StoredEvent[]): void {
    const several = events.length - (events.length % SEVERAL);
    for (let i = 0; i < several; i += SEVERAL) {
      this.#insertSeveral.run(...events.slice(i, i + SEVERAL).flatMap(eventColumns));
    }
    for (const event of events.slice(several)) this.#insertOne.run(...eventColumns(event));
  }

  has(id: number): boolean {
    return this.#connection.number("SELECT 1 FROM events WHERE id = ?", id) !== undefined;
  }

  /** @returns how many were there */
  delete(ids: readonly number[]): number {
    const sql = "DELETE FROM events WHERE id IN (SELECT value FROM json_each(?))";
    return this.#connection.run(sql, JSON.stringify(ids));
  }

  count(): number {
    return this.#connection.number("SELECT count(*) FROM events") ?? 0;
  }

  /** As `eventFrom()` takes it. */
  row(id: number): Columns | undefined {
    return this.#connection.first("SELECT * FROM events WHERE id = ?", id);
  }

  rowsAfter(id: number, limit: number): readonly Columns[] {
    return this.#connection.all("SELECT * FROM events WHERE id > ? ORDER BY id LIMIT ?", id, limit);
  }

  rowsOfLane(lane: string, afterId: number, limit: number): readonly Columns[] {
    return this.#connection.all(ROWS_OF_LANE, laneCode(lane), afterId, toColumn(lane), limit);
  }

  /** When the oldest was queued, epoch ms; `without` are not counted. */
  oldestQueuedAt(without: ReadonlySet<number>): number | undefined {
    const sql = `SELECT queued_at FROM events
      WHERE id NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT 1`;
    return this.#connection.number(sql, JSON.stringify([...without]));
  }

  /** The lanes with most events, the fullest first; `without` are not counted. Reads the index only. */
  lanes(limit: number, without: ReadonlySet<number>): readonly LaneSummary[] {
    return this.#connection.all(LANES, JSON.stringify([...without]), limit).map(([count, first]) => {
      const [, , lane, , queuedAt] = this.row(Number(first)) ?? [];
      return { lane: fromColumn(String(lane)), count: Number(count), oldest: Number(queuedAt) };
    });
  }
}
