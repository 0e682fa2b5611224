import { existsSync } from "node:fs";
import { PAGE_BYTES } from "../connection.ts";
import type { StorePaths } from "../disk/index.ts";
import { ByteReader } from "./byte-reader.ts";
import { readLog } from "./log-file.ts";
import { type RawRow, visitRows } from "./records.ts";

/**
 * The files of a damaged store, read without SQLite: page by page, whatever the tree of pages looks like. Of a page that
 * is in the log, its last version counts; what was not committed does not.
 */
export class Debris {
  readonly #database: ByteReader | undefined;
  readonly #log: ByteReader | undefined;
  /** Where in the log a page is. */
  readonly #logged = new Map<number, number>();

  constructor({ database, log }: Pick<StorePaths, "database" | "log">) {
    this.#database = open(database);
    this.#log = open(log);
    if (this.#log === undefined) return;
    const { frames } = readLog(this.#log);
    const committed = frames.slice(0, frames.findLastIndex(({ isCommit }) => isCommit) + 1);
    for (const { page, offset } of committed) this.#logged.set(page, offset);
  }

  /** @param accept says whether a row is one of ours, and whole */
  visit(accept: (row: RawRow) => boolean): void {
    const pages = Math.ceil((this.#database?.size ?? 0) / PAGE_BYTES);
    for (let number = 1; number <= pages; number++) this.#visitPage(number, accept);
    for (const number of this.#logged.keys()) if (number > pages) this.#visitPage(number, accept);
  }

  close(): void {
    this.#database?.close();
    this.#log?.close();
  }

  #visitPage(number: number, accept: (row: RawRow) => boolean): void {
    const page = this.#read(number);
    if (page !== undefined) visitRows(page, number, (other) => this.#read(other), accept);
  }

  #read(number: number): Buffer | undefined {
    const logged = this.#logged.get(number);
    if (logged !== undefined) return this.#log?.read(logged, PAGE_BYTES);
    return this.#database?.read((number - 1) * PAGE_BYTES, PAGE_BYTES);
  }
}

function open(path: string): ByteReader | undefined {
  return existsSync(path) ? new ByteReader(path) : undefined;
}
