import { closeSync, fdatasync, fstatSync, openSync } from "node:fs";
import { promisify } from "node:util";
import { LogIndex } from "./log-index.ts";
import { inodeOf, type StorePaths } from "./paths.ts";

/** Resolves when a file's content is on disk. */
export type Flush = (file: number) => Promise<void>;

export const flushData: Flush = promisify(fdatasync);

/**
 * The files that SQLite has open, once more: to flush them, and to see whether they are still in their place. Keep them open
 * until all connections are closed: to close one of them ends the locks that this process has on it.
 */
export class OpenFiles {
  readonly index: LogIndex;
  readonly #paths: StorePaths;
  readonly #flush: Flush;
  readonly #database: number;
  readonly #log: number;
  #flushing = 0;
  #hasFailed = false;

  constructor(paths: StorePaths, flush: Flush) {
    this.#paths = paths;
    this.#flush = flush;
    this.#database = openSync(paths.database, "r+");
    this.#log = openSync(paths.log, "r+");
    this.index = new LogIndex(paths.shared);
  }

  /** Would others open the same files? */
  get areInPlace(): boolean {
    const { database, log, shared } = this.#paths;
    return isFile(this.#database, database) && isFile(this.#log, log) && isFile(this.index.file, shared);
  }

  get databaseBytes(): number {
    return fstatSync(this.#database).size;
  }

  get logBytes(): number {
    return fstatSync(this.#log).size;
  }

  /** Has the disk ever failed to take something? */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  flushDatabase(): Promise<void> {
    return this.#flushed(this.#database);
  }

  flushLog(): Promise<void> {
    return this.#flushed(this.#log);
  }

  /** While one of them is being flushed, they stay open: another file might get its number. */
  close(): void {
    if (this.#flushing > 0) return;
    this.index.close();
    closeSync(this.#log);
    closeSync(this.#database);
  }

  async #flushed(file: number): Promise<void> {
    this.#flushing++;
    try {
      await this.#flush(file);
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    } finally {
      this.#flushing--;
    }
  }
}

function isFile(file: number, path: string): boolean {
  return fstatSync(file, { bigint: true }).ino === inodeOf(path);
}
