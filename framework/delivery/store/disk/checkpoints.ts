import type { Logger } from "../../../../toolkit/logging/index.ts";
import { Connection, PAGE_BYTES } from "../connection.ts";
import type { OpenFiles } from "./open-files.ts";
import type { StorePaths } from "./paths.ts";

export interface CheckpointOptions {
  readonly log: Logger | undefined;
  /** How large the write-ahead log may become, about. */
  readonly maxLogBytes: number;
}

/** Which part of the largest size is enough to copy what is in the log: by whether there is more to come, and room for it. */
const ENOUGH = { busy: 1 / 4, idle: 1 / 32, "short of room": 0 };

const RETRY_MS = 10_000;

/**
 * Copies the write-ahead log to the database, so that the log can begin anew and stays small.
 *
 * The event loop does not stand still for the disk: SQLite copies without flushing, and the flushes before and after are
 * done on another thread. Only when events keep coming, so that there is always something that is not copied yet, and the
 * log has become too large, SQLite copies and flushes that little rest by itself.
 */
export class Checkpoints {
  readonly #connection: Connection;
  readonly #files: OpenFiles;
  /** What it reads keeps SQLite from beginning the log anew, and so from writing over what is on disk nowhere else. */
  readonly #guard: Connection;
  readonly #log: Logger | undefined;
  readonly #maxPages: number;
  #isRunning = false;
  #isFailing = false;
  #isClosed = false;
  #notBeforeMs = 0;

  constructor(connection: Connection, paths: StorePaths, files: OpenFiles, { log, maxLogBytes }: CheckpointOptions) {
    this.#connection = connection;
    this.#files = files;
    this.#guard = new Connection(paths.database);
    this.#log = log;
    this.#maxPages = Math.ceil(maxLogBytes / PAGE_BYTES);
  }

  /** Begins one if it is time. */
  consider(when: keyof typeof ENOUGH): void {
    const { loggedPages, copiedPages } = this.#files.index;
    const enough = Math.max(1, this.#maxPages * ENOUGH[when]);
    if (loggedPages - copiedPages < enough || this.#isRunning || performance.now() < this.#notBeforeMs) return;
    this.#isRunning = true;
    this.#run()
      .then(
        () => this.#note(undefined),
        (error) => this.#note(error),
      )
      .finally(() => {
        this.#isRunning = false;
      });
  }

  close(): void {
    this.#isClosed = true;
    this.#guard.close();
  }

  async #run(): Promise<void> {
    await this.#copyGuarded();
    const { loggedPages, copiedPages } = this.#files.index;
    if (this.#isClosed || copiedPages === loggedPages || loggedPages < this.#maxPages) return;
    this.#connection.execute("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /** Copies what is in the log when it begins. */
  async #copyGuarded(): Promise<void> {
    this.#guard.execute("BEGIN");
    try {
      this.#guard.first("SELECT id FROM about");
      await this.#files.flushLog();
      if (this.#isClosed) return;
      this.#connection.execute(COPY);
      await this.#files.flushDatabase();
    } finally {
      if (!this.#isClosed) this.#guard.execute("COMMIT");
    }
  }

  #note(error: unknown): void {
    const wasFailing = this.#isFailing;
    this.#isFailing = error !== undefined;
    if (!this.#isFailing) return;
    this.#notBeforeMs = performance.now() + RETRY_MS;
    const message = "The store's log was not written back, and so it grows; it is tried again until it works.";
    if (!wasFailing) this.#log?.warn({ err: error }, message);
  }
}

/** Without flushing. As far as the guard has read: what came later may not be on disk. */
const COPY = "PRAGMA synchronous = OFF; PRAGMA wal_checkpoint(PASSIVE); PRAGMA synchronous = NORMAL";
