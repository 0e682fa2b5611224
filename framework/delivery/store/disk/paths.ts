import { accessSync, closeSync, constants, existsSync, fsyncSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

export const STORE_FILE = "outbox.db";

/** What is in a store's directory. Files that are set aside, `damaged-…`, come on top. */
export interface StorePaths {
  readonly directory: string;
  readonly database: string;
  /** SQLite's write-ahead log, which belongs to the database as much as the file itself. */
  readonly log: string;
  /** SQLite's index of the log; made anew whenever the first process opens the database. */
  readonly shared: string;
  readonly lock: string;
  /** Who holds the lock, for people. */
  readonly owner: string;
  /** How many transactions are known to be on disk. */
  readonly synced: string;
  /** A whole store that is to take the place of the database. */
  readonly replacement: string;
  /** One that is being made. */
  readonly draft: string;
  /** Single rows that were damaged, one JSON object a line. */
  readonly damagedRows: string;
}

export function storePaths(directory: string): StorePaths {
  const database = join(directory, STORE_FILE);
  return {
    directory,
    database,
    log: `${database}-wal`,
    shared: `${database}-shm`,
    lock: join(directory, "lock"),
    owner: join(directory, "owner.json"),
    synced: join(directory, "synced"),
    replacement: `${database}.new`,
    draft: `${database}.draft`,
    damagedRows: join(directory, "damaged-rows.jsonl"),
  };
}

/** Events carry what is nobody else's business: names, messages, parameters of runs. */
const DIRECTORY_MODE = 0o700;
export const FILE_MODE = 0o600;

/**
 * Makes a directory, and those above it, unless it is there.
 * Keep mkdirSync without `recursive`: with it, Node 24 tries for ever, and hears no signal, where nothing can be made, as in /proc.
 */
export function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: DIRECTORY_MODE });
  } catch (error) {
    if (!existsSync(path)) throw error; // another process has made it
  }
}

/**
 * Makes the file, for this user only, unless it is there: SQLite gives the files that it makes the mode of the database.
 * It must not be opened here when it is there: to close it would end the locks that SQLite has on it in this process.
 */
export function makeFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", FILE_MODE));
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
}

/** Waits until a file's content, or a directory's names, are on disk. Not for files that SQLite has open. */
export function flushNow(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** SQLite does not say why it cannot open a file. @throws what the system says when one of them cannot be written to */
export function checkAccess({ database, log, shared, lock }: StorePaths): void {
  for (const path of [database, log, shared, lock].filter((path) => existsSync(path))) {
    accessSync(path, constants.R_OK | constants.W_OK);
  }
}

/** Which file that is, whatever it is called; `undefined` when there is none. */
export function inodeOf(path: string): bigint | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found?.isFile() ? found.ino : undefined;
}
