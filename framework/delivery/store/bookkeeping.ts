import type { Connection } from "./connection.ts";
import { Acknowledged, Counters, type Counts, toTotals } from "./tables/index.ts";

/**
 * The counters, and which events are delivered and not yet deleted: kept in memory, read again when another process has
 * changed the tables.
 */
export class Bookkeeping {
  readonly #connection: Connection;
  readonly #counters: Counters;
  readonly #acknowledged: Acknowledged;
  #counts: Readonly<Counts>;
  #settled: Set<number> = new Set();
  #dataVersion: number | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#counters = new Counters(connection);
    this.#acknowledged = new Acknowledged(connection);
    this.#counts = this.#counters.read();
    this.refresh();
  }

  /** With those acknowledged that are not deleted. A row found damaged before its event was acknowledged counts once. */
  get counts(): Readonly<Counts> {
    const settled = Math.min(this.#settled.size, toTotals(this.#counts).queued);
    return { ...this.#counts, acknowledged: this.#counts.acknowledged + settled };
  }

  /** Acknowledged events that still have a row. */
  get settled(): ReadonlySet<number> {
    return this.#settled;
  }

  get commits(): number {
    return this.#counts.commits;
  }

  refresh(): void {
    const version = this.#connection.number("PRAGMA data_version");
    if (version === this.#dataVersion) return;
    const counts = this.#counters.read();
    const acknowledged = this.#acknowledged.all();
    this.#counts = { ...counts, commits: Math.max(counts.commits, acknowledged.at(-1)?.commit ?? 0) };
    this.#settled = new Set(acknowledged.flatMap(({ ids }) => ids));
    this.#dataVersion = version;
  }

  /** One transaction. `body` may change the counts. */
  change<T>(body: (counts: Counts) => T): T {
    const [result, counts] = this.#connection.transaction(() => {
      this.refresh();
      const changing = { ...this.#counts };
      const outcome = body(changing);
      changing.commits++;
      this.#counters.write(changing);
      return [outcome, changing] as const;
    });
    this.#counts = counts;
    return result;
  }

  /** Notes that events are delivered. Their rows stay until `settle()`. */
  acknowledge(ids: readonly number[]): void {
    const commit = this.#connection.transaction(() => {
      this.refresh();
      const next = this.#counts.commits + 1;
      this.#acknowledged.insert({ commit: next, ids });
      return next;
    });
    this.#counts = { ...this.#counts, commits: commit };
    for (const id of ids) this.#settled.add(id);
  }

  /** Takes delivered events out of the store. @param remove says how many of them were there */
  settle(ids: readonly number[], remove: (ids: readonly number[]) => number): void {
    const left = this.change((counts) => {
      const chosen = new Set(ids);
      const others = [...this.#settled].filter((id) => !chosen.has(id));
      counts.acknowledged += remove(ids);
      this.#acknowledged.deleteAll();
      if (others.length > 0) this.#acknowledged.insert({ commit: counts.commits + 1, ids: others });
      return others;
    });
    this.#settled = new Set(left);
  }
}
