import type { Logger } from "../../../../toolkit/logging/index.ts";
import type { Connection } from "../connection.ts";
import { Checkpoints } from "./checkpoints.ts";
import { Headroom, volumeBytes } from "./headroom.ts";
import { type Flush, flushData, OpenFiles } from "./open-files.ts";
import type { StorePaths } from "./paths.ts";
import { SyncMark } from "./sync-mark.ts";

const MIB = 1024 * 1024;

/** The write-ahead log, as a part of what the store may take, within these bounds, and of the volume. */
const LOG_SHARE = 1 / 8;
const LEAST_LOG_BYTES = 4 * MIB;
const MOST_LOG_BYTES = 32 * MIB;

/** To look at the log takes 4 µs, and what was noted is a few pages. */
const NOTES_A_LOOK = 32;

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
  readonly #headroom: Headroom;
  #notes = 0;
  #isClosed = false;

  constructor(connection: Connection, paths: StorePaths, { log, flush, maxBytes }: DurabilityOptions) {
    this.#connection = connection;
    this.#files = new OpenFiles(paths, flush ?? flushData);
    const { directory } = paths;
    try {
      const maxLogBytes = Math.min(logBytes(maxBytes), volumeBytes(directory) * LOG_SHARE);
      connection.execute(`PRAGMA journal_size_limit = ${Math.ceil(maxLogBytes)}`); // when the log begins anew
      this.#headroom = new Headroom(connection, this.#files, { directory, maxLogBytes });
      this.#mark = new SyncMark(paths.synced);
      this.#checkpoints = new Checkpoints(connection, paths, this.#files, { log, maxLogBytes });
    } catch (error) {
      this.#files.close();
      throw error;
    }
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

  /** @throws {AgentError} `E_STORE_FULL` when with these texts there would be no room left for what must go on */
  checkRoomFor(texts: readonly string[]): void {
    this.#check(() => this.#headroom.checkFor(texts));
  }

  /** The same for what the server answers: refusing goes on for longer than taking in, but not for ever. */
  checkRoomForAnswer(text: string): void {
    this.checkRoomToNote();
    this.#check(() => this.#headroom.checkFor([text], 0.5));
  }

  /** @throws {AgentError} `E_STORE_FULL` when the log has to be written back first, which is done now */
  checkRoomToNote(): void {
    this.#check(() => this.#headroom.checkForLog());
  }

  /** Resolves when all that is in the log is on disk: `commits` transactions. */
  async sync(commits: number): Promise<void> {
    await this.#files.flushLog();
    if (this.#isClosed) return;
    this.#mark.write(commits);
    this.#checkpoints.consider("busy");
  }

  /** To be called when something was noted: while nothing comes in, nothing else makes the log longer. */
  noted(): void {
    this.#notes = (this.#notes + 1) % NOTES_A_LOOK;
    if (this.#notes === 0) this.#checkpoints.consider("busy");
  }

  /** @param isIdle nothing else is going on */
  tidy(isIdle: boolean): void {
    this.#checkpoints.consider(isIdle ? "idle" : "busy");
  }

  /** A log that is written back may be written over, so that less room is needed. */
  #check(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#checkpoints.consider("short of room");
      throw error;
    }
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

function logBytes(maxBytes: number): number {
  return Math.min(Math.max(maxBytes * LOG_SHARE, LEAST_LOG_BYTES), MOST_LOG_BYTES);
}
