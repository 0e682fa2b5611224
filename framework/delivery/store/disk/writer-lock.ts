import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { UnrecoverableError } from "../../../../toolkit/errors.ts";
import { isBusy, isDamage } from "../errors.ts";
import { openSqlite } from "../sqlite.ts";
import { FILE_MODE, inodeOf, makeFile, type StorePaths } from "./paths.ts";

const ownerSchema = z.object({ pid: z.number(), host: z.string(), startedAt: z.string() });

/** Nothing is ever written, so the journal needs no file. */
const TAKE = "PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE";

/**
 * Lets one process at a time write to a store. The lock is one that the kernel keeps on a file, so it ends with the
 * process however that ends, and holds between containers of one machine. What `owner.json` says is for people: a process
 * id in it may long be another's.
 */
export class WriterLock {
  readonly #paths: StorePaths;
  readonly #db: DatabaseSync;
  readonly #inode: bigint | undefined;

  /** @throws {UnrecoverableError} `E_STATE_DIR_IN_USE` */
  constructor(paths: StorePaths) {
    this.#paths = paths;
    makeFile(paths.lock);
    this.#db = openSqlite(paths.lock, { timeout: 0 });
    try {
      this.#take();
    } catch (error) {
      this.#db.close();
      throw isBusy(error) ? inUse(paths, error) : error;
    }
    this.#inode = inodeOf(paths.lock);
    noteOwner(paths);
  }

  /** Is the file that is locked still the one that others would lock? */
  get isInPlace(): boolean {
    return inodeOf(this.#paths.lock) === this.#inode;
  }

  release(): void {
    this.#db.close();
  }

  #take(): void {
    try {
      this.#db.exec(TAKE);
    } catch (error) {
      if (!isDamage(error)) throw error;
      truncateSync(this.#paths.lock); // it has no content; whoever holds it does not mind
      this.#db.exec(TAKE);
    }
  }
}

function noteOwner({ owner }: StorePaths): void {
  const text = `${JSON.stringify({ pid: process.pid, host: hostname(), startedAt: new Date().toISOString() })}\n`;
  try {
    writeFileSync(owner, text, { mode: FILE_MODE });
  } catch {
    // It only makes an error message better.
  }
}

function inUse({ directory, owner }: StorePaths, cause: unknown): UnrecoverableError {
  const message = `The state directory ${directory} is in use${describeOwner(owner)}. Stop that agent first, or give this one another directory (state_dir, DK_STATE_DIR).`;
  return new UnrecoverableError("E_STATE_DIR_IN_USE", message, { cause });
}

function describeOwner(path: string): string {
  try {
    const { pid, host, startedAt } = ownerSchema.parse(JSON.parse(readFileSync(path, "utf8")));
    return ` by process ${pid} on ${host}, since ${startedAt}`;
  } catch {
    return " by another process";
  }
}
