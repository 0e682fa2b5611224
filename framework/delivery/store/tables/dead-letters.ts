import type { Columns, Connection } from "../connection.ts";
import { fromColumn, toColumn } from "../text.ts";
import type { DeadLetter } from "../types.ts";
import { isNumber, isText, rowChecksum } from "./column-types.ts";
import { isEventType } from "./event-row.ts";

/** What Observability has refused for good. */
export class DeadLetters {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Its id must be new. */
  insert(letter: DeadLetter): void {
    const { id, type, lane, queuedAt, dedupeKey, status, refusedAt, answer, body } = letter;
    const key = dedupeKey === undefined ? null : toColumn(dedupeKey);
    const sql = "INSERT INTO dead_letters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    const values = [
      id,
      type,
      toColumn(lane),
      queuedAt,
      key,
      status,
      refusedAt,
      checksum(letter),
      toColumn(answer),
      body,
    ];
    this.#connection.run(sql, ...values);
  }

  delete(id: number): boolean {
    return this.#connection.run("DELETE FROM dead_letters WHERE id = ?", id) > 0;
  }

  /** Those refused before that, epoch ms. */
  idsOlder(before: number): readonly number[] {
    const rows = this.#connection.all("SELECT id FROM dead_letters WHERE refused_at < ? ORDER BY id", before);
    return rows.map(([id]) => Number(id));
  }

  /** As `deadLetterFrom()` takes them, in the order of their ids. */
  rows(afterId: number, limit: number): readonly Columns[] {
    return this.#connection.all("SELECT * FROM dead_letters WHERE id > ? ORDER BY id LIMIT ?", afterId, limit);
  }

  /** The latest, newest first. */
  latestRows(limit: number): readonly Columns[] {
    return this.#connection.all("SELECT * FROM dead_letters ORDER BY id DESC LIMIT ?", limit);
  }

  has(id: number): boolean {
    return this.#connection.number("SELECT id FROM dead_letters WHERE id = ?", id) !== undefined;
  }

  ids(limit = -1): readonly number[] {
    return this.#connection.all("SELECT id FROM dead_letters ORDER BY id LIMIT ?", limit).map(([id]) => Number(id));
  }

  count(): number {
    return this.#connection.number("SELECT count(*) FROM dead_letters") ?? 0;
  }
}

/** @returns `undefined` when the row is not what was written */
export function deadLetterFrom(columns: Columns): DeadLetter | undefined {
  if (columns.length !== 10) return undefined;
  const [id, type, lane, queuedAt, dedupeKey, status, refusedAt, crc, answer, body] = columns;
  if (!isNumber(id) || !isEventType(type) || !isText(lane) || !isNumber(queuedAt) || !isText(body)) return undefined;
  if (!isNumber(status) || !isNumber(refusedAt) || !isText(answer)) return undefined;
  const letter: DeadLetter = {
    id,
    type,
    lane: fromColumn(lane),
    body,
    dedupeKey: isText(dedupeKey) ? fromColumn(dedupeKey) : undefined,
    queuedAt,
    status,
    answer: fromColumn(answer),
    refusedAt,
  };
  return checksum(letter) === crc ? letter : undefined;
}

function checksum({ id, type, lane, body, dedupeKey, queuedAt, status, answer, refusedAt }: DeadLetter): number {
  return rowChecksum(id, type, lane, queuedAt, dedupeKey ?? "", status, refusedAt, answer, body);
}
