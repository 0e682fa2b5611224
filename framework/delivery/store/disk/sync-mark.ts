import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { makeFile } from "./paths.ts";

/**
 * Notes how many transactions are on disk, after they are. So it never says too much: when fewer are found, what is
 * missing was lost, and not just unfinished when the power failed.
 */
export class SyncMark {
  readonly #file: number;

  constructor(path: string) {
    makeFile(path);
    this.#file = openSync(path, "r+");
  }

  write(commits: number): void {
    try {
      writeSync(this.#file, toText(commits), 0);
    } catch {
      // The disk is full: it goes on saying less than it could.
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** @returns 0 when nothing is known */
export function readSyncMark(path: string): number {
  try {
    const [commits = ""] = readFileSync(path, "utf8").split(" ");
    return readFileSync(path, "utf8") === toText(Number(commits)) ? Number(commits) : 0;
  } catch {
    return 0;
  }
}

/** Always as long: it is written over. */
function toText(commits: number): string {
  const digits = String(commits).padStart(16, "0");
  return `${digits} ${crc32(digits).toString(16).padStart(8, "0")}\n`;
}
