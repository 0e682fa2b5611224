import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { DatabaseSync, StatementSync } from "node:sqlite";
import type { KillPoints } from "./kill-points.ts";

/** What a transaction is about, by what it does. */
const WORK: readonly (readonly [work: string, sql: RegExp])[] = [
  ["events", /^\s*INSERT INTO events\b/i],
  ["acknowledgements", /^\s*INSERT INTO acknowledged\b/i],
];

/** Watches what a store does with SQLite and the disk, whoever's store it is. */
export class StoreWatch {
  readonly #points: KillPoints;
  /** What the open transaction is about. */
  #work = "other";
  #isRefused = false;

  constructor(points: KillPoints) {
    this.#points = points;
  }

  /** The disk was full, and no acknowledgement has been noted since. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  watch(): void {
    const run = (sql: string, execute: () => unknown) => this.#run(sql, execute);
    const { exec } = DatabaseSync.prototype;
    DatabaseSync.prototype.exec = function (sql) {
      run(sql, () => exec.call(this, sql));
    };
    for (const name of ["run", "get", "all"] as const) {
      const original: (...args: never[]) => unknown = StatementSync.prototype[name];
      Object.assign(StatementSync.prototype, {
        [name](this: StatementSync, ...args: never[]) {
          return run(this.sourceSQL, () => original.apply(this, args));
        },
      });
    }
    this.#watchSync();
  }

  #run(sql: string, execute: () => unknown): unknown {
    try {
      return this.#execute(sql, execute);
    } catch (error) {
      this.#isRefused = true;
      throw error;
    }
  }

  #execute(sql: string, execute: () => unknown): unknown {
    const [verb = ""] = /\w+/.exec(sql.toUpperCase()) ?? [];
    switch (verb) {
      case "BEGIN":
        this.#work = "other";
        return execute();
      case "INSERT":
        this.#work = WORK.find(([, pattern]) => pattern.test(sql))?.[0] ?? this.#work;
        return execute();
      case "COMMIT":
      case "END":
        return this.#commit(execute);
      default:
        return execute();
    }
  }

  #commit(execute: () => unknown): unknown {
    const work = this.#work;
    this.#points.reach(`commit of ${work}:before`);
    const result = execute();
    if (work === "acknowledgements") this.#isRefused = false;
    this.#points.reach(`commit of ${work}:after`);
    return result;
  }

  #watchSync(): void {
    const original = fs.fdatasync;
    const points = this.#points;
    fs.fdatasync = Object.assign(
      (fd: number, callback: fs.NoParamCallback) => {
        points.reach("sync:before");
        original(fd, (error) => {
          points.reach("sync:after");
          callback(error);
        });
      },
      { __promisify__: original.__promisify__ },
    );
    syncBuiltinESMExports();
  }
}
