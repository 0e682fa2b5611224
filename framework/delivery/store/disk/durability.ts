import type { Logger } from "../../../../toolkit/logging/index.ts";
import type { Connection } from "../connection.ts";
import { Checkpoints } from "./checkpoints.ts";
import { type Flush, flushData, OpenFiles } from "./open-files.ts";
import type { StorePaths } from "./paths.ts";
import { SyncMark } from "./sync-mark.ts";

const MIB = 1024 * 1024;

/** The write-ahead log, as a part of what the store may take, and within these bounds. */
const LOG_SHARE = 1 / 8;
const LEAST_LOG_BYTES = 4 * MIB;
const MOST_LOG_BYTES = 32 * MIB;

export interface DurabilityOptions {
  /** Nothing is logged unless it is given. */
  readonly log?: Logger | undefined;
  /** How to wait for the disk: `fdatasync` unless given. */
  readonly flush?: Flush | undefined;
  /** How large the store may become. */
  readonly maxBytes: number;
}

/** Brings to the disk what SQLite has written; a commit of its own only writes to the log, and waits for nothing. */
export class Durability {
  readonly #connection: Connection;
  readonly #files: OpenFiles;
  readonly #mark: SyncMark;
  readonly #checkpoints: Checkpoints;
  #isClosed = false;

  constructor(connection: Connection, paths: StorePaths, { log, flush, maxBytes }: DurabilityOptions) {
    this.#connection = connection;
    this.#files = new OpenFiles(paths, flush ?? flushData);
    this.#mark = new SyncMark(paths.synced);
    const maxLogBytes = Math.min(Math.max(maxBytes * LOG_SHARE, LEAST_LOG_BYTES), MOST_LOG_BYTES);
    this.#checkpoints = new Checkpoints(connection, paths, this.#files, { log, maxLogBytes });
  }

  /** Are the files still those that others would open? */
  get isInPlace(): boolean {
    return this.#files.areInPlace;
  }

  /**
   * Has the disk failed to take something? The system does not try a second time, so no later success is to be trusted, and
   * the store must be written to other files.
   */
  get isSuspect(): boolean {
    return this.#files.hasFailed;
  }

  /** Resolves when all that is in the log is on disk: `commits` transactions. */
  async sync(commits: number): Promise<void> {
    await this.#files.flushLog();
    if (this.#isClosed) return;
    this.#mark.write(commits);
    this.#checkpoints.consider(false);
  }

  /** @param isIdle nothing else is going on */
  tidy(isIdle: boolean): void {
    this.#checkpoints.consider(isIdle);
  }

  /** Closes the connection as well. */
  close(): void {
    this.#isClosed = true;
    this.#checkpoints.close();
    this.#connection.close();
    this.#files.close();
    this.#mark.close();
  }
}
