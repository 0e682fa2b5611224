import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Reads pieces of a file that may be larger than memory. Not for files that SQLite has open in this process. */
export class ByteReader {
  readonly size: number;
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, "r");
    this.size = fstatSync(this.#file).size;
  }

  /** @returns fewer bytes at the end of the file, or where the disk cannot be read */
  read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    try {
      return bytes.subarray(0, readSync(this.#file, bytes, 0, length, offset));
    } catch {
      return bytes.subarray(0, 0);
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}
