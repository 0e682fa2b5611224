import { statfsSync } from "node:fs";
import { AgentError } from "../../../../toolkit/errors.ts";
import { type Connection, PAGE_BYTES } from "../connection.ts";
import type { OpenFiles } from "./open-files.ts";

const MIB = 1024 * 1024;

/** By so much, and of a small volume by that part, the log may become larger than it is meant to be. */
const SPARE_BYTES = 4 * MIB;
const SPARE_SHARE = 1 / 8;

/** Nobody writes so much within that moment. */
const PLENTY_BYTES = 1024 * MIB;
const MOMENT_MS = 20;

/** A row of more than half a page takes a whole one, and an index may need some more. */
const OVERHEAD = 2;
const PAGES_ON_TOP = 16;

/** In UTF-8. */
const MOST_BYTES_OF_A_CHARACTER = 3;

export interface HeadroomOptions {
  readonly directory: string;
  readonly maxLogBytes: number;
}

/**
 * Keeps room on the volume for what must go on when nothing more is taken in: noting what is delivered, deleting it, and
 * writing the log back. Without that, a full volume would never have room again.
 */
export class Headroom {
  readonly #connection: Connection;
  readonly #files: OpenFiles;
  readonly #directory: string;
  readonly #maxLogBytes: number;
  readonly #spareBytes: number;
  #freeBytes = 0;
  #askAgainAtMs = 0;

  constructor(connection: Connection, files: OpenFiles, { directory, maxLogBytes }: HeadroomOptions) {
    this.#connection = connection;
    this.#files = files;
    this.#directory = directory;
    this.#maxLogBytes = maxLogBytes;
    this.#spareBytes = Math.min(SPARE_BYTES, volumeBytes(directory) * SPARE_SHARE);
  }

  /**
   * May these texts be taken in?
   * @param share of what the log may be larger that must be left
   * @throws {AgentError} `E_STORE_FULL`
   */
  checkFor(texts: readonly string[], share = 1): void {
    const free = this.#free();
    const characters = texts.reduce((sum, text) => sum + text.length, 0);
    if (this.#isAmple(free - 2 * OVERHEAD * MOST_BYTES_OF_A_CHARACTER * characters)) return;
    const added = texts.reduce((sum, text) => sum + OVERHEAD * Buffer.byteLength(text), PAGES_ON_TOP * PAGE_BYTES);
    const unused = (this.#connection.number("PRAGMA freelist_count") ?? 0) * PAGE_BYTES;
    const log = Math.max(this.#maxLogBytes, this.#files.index.loggedPages * PAGE_BYTES + added);
    const spare = share * this.#spareBytes;
    const logGrowth = Math.max(0, log + spare - this.#files.logBytes) + spare / 8; // it never shrinks
    this.#checkGrowth(Math.max(0, added - unused), free - logGrowth);
  }

  /**
   * May the log grow by what frees room? Not while that could take the room from the database, which must grow before the
   * log can be written over.
   * @throws {AgentError} `E_STORE_FULL`, until it has been written back
   */
  checkForLog(): void {
    const free = this.#free();
    if (!this.#isAmple(free)) this.#checkGrowth(0, free - this.#maxLogBytes);
  }

  /** To ask takes 2 µs. Where much more is free than is written in a moment, the answer is good for that long. */
  #free(): number {
    const nowMs = performance.now();
    if (nowMs >= this.#askAgainAtMs) {
      this.#freeBytes = freeBytes(this.#directory);
      this.#askAgainAtMs = this.#freeBytes >= PLENTY_BYTES ? nowMs + MOMENT_MS : nowMs;
    }
    return this.#freeBytes;
  }

  #isAmple(free: number): boolean {
    return free >= 2 * this.#maxLogBytes + this.#spareBytes;
  }

  /** The database's file grows when what is in the log is written back. One that does not may be written to as it likes. */
  #checkGrowth(added: number, available: number): void {
    const pages = (this.#connection.number("PRAGMA page_count") ?? 0) * PAGE_BYTES;
    const growth = pages + added - this.#files.databaseBytes;
    if (growth <= 0 || growth <= available) return;
    const left = (freeBytes(this.#directory) / MIB).toFixed(1);
    const message = `The volume of ${this.#directory} is nearly full: the last ${left} MiB are kept for noting what is delivered. Make room on it, or lower state_max_mib.`;
    throw new AgentError("E_STORE_FULL", message, { retryable: true });
  }
}

/** How large the volume is; infinite when the system does not say. */
export function volumeBytes(directory: string): number {
  return sizesOf(directory).volume;
}

function freeBytes(directory: string): number {
  return sizesOf(directory).free;
}

function sizesOf(directory: string): { readonly volume: number; readonly free: number } {
  try {
    const { blocks, bavail, bsize } = statfsSync(directory);
    if (blocks > 0) return { volume: blocks * bsize, free: bavail * bsize };
  } catch {
    // The directory was removed: that is for others to mend.
  }
  return { volume: Number.POSITIVE_INFINITY, free: Number.POSITIVE_INFINITY };
}
