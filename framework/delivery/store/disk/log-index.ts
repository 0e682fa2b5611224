import { closeSync, openSync, readSync } from "node:fs";
import { endianness } from "node:os";

/** Where SQLite's index of the write-ahead log has those numbers, which are in the machine's byte order. */
const LOGGED_AT = 16;
const COPIED_AT = 96;

/**
 * How long the write-ahead log is. SQLite tells only after a checkpoint, and the log's file stays as large as it once was.
 * @see https://www.sqlite.org/walformat.html#the_wal_index_file_format
 */
export class LogIndex {
  readonly file: number;
  readonly #number = Buffer.alloc(4);

  /** Keep it open until the connections are closed: SQLite has locks on that file. */
  constructor(path: string) {
    this.file = openSync(path, "r");
  }

  /** Pages in the log, those included that are in the database already. */
  get loggedPages(): number {
    return this.#read(LOGGED_AT);
  }

  /** As many of them as are in the database. */
  get copiedPages(): number {
    return this.#read(COPIED_AT);
  }

  close(): void {
    closeSync(this.file);
  }

  #read(offset: number): number {
    readSync(this.file, this.#number, 0, this.#number.length, offset);
    return endianness() === "LE" ? this.#number.readUInt32LE() : this.#number.readUInt32BE();
  }
}
