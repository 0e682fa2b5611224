import type { Logger } from "../../../toolkit/logging/index.ts";
import { type Connection, PAGE_BYTES } from "./connection.ts";
import type { Contents } from "./contents.ts";

export interface RetentionOptions {
  /** Of the store. */
  readonly maxBytes: number;
  /** How long a key is remembered. */
  readonly ledgerMs: number;
  readonly deadLetterMs: number;
  /** Then no command of the operator can make room. */
  readonly isInMemory: boolean;
}

type Surplus = "keys" | "dead letters";

/** In one step, which takes a few ms. */
const KEYS_AT_A_TIME = 1_000;
const LETTERS_AT_A_TIME = 100;

/** When to call again: while keys are being forgotten, pages given back, and otherwise. */
const SOON_MS = 100;
const BUSY_MS = 1_000;
const IDLE_MS = 60_000;

/** How often there is a look at dead letters that are too old, and at how large the ledger of a full store is. */
const LOOK_PERIOD_MS = 60_000;

/** Of the store; when it is full, keys may take no more. */
const LEDGER_SHARE = 0.5;

/** A store that was full is made as empty as that before anything that is not too old is kept again. */
const ENOUGH_ROOM_SHARE = 0.95;

/** Unused pages that may stay in the file: less than that is soon used again. */
const SPARE_BYTES = 4 * 1024 * 1024;
const SPARE_SHARE = 0.25;
const FREED_PAGES_AT_A_TIME = 128;

/** Forgets what is too old and gives back what is not needed, a little at each call. */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #log: Logger | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #measuredAt = Number.NEGATIVE_INFINITY;
  /** What a full store has too much of, by the last look. */
  #surplus: Surplus | undefined;
  /** As long as there is no room. */
  #giving: Surplus | undefined;
  #keysAfter = 0;

  constructor(options: RetentionOptions, log: Logger | undefined) {
    this.#options = options;
    this.#log = log;
  }

  /** @param now epoch ms @returns when to call again, ms */
  run(now: number, connection: Connection, contents: Contents): number {
    if (Math.abs(now - this.#lookedAt) >= LOOK_PERIOD_MS) {
      this.#lookedAt = now;
      contents.deadLetters.purgeOlder(now - this.#options.deadLetterMs);
    }
    this.#makeRoom(now, connection);
    const isForgetting = this.#forgetKeys(now, contents) || this.#dropLetters(contents);
    const isShrinking = shrink(connection);
    if (isForgetting) return SOON_MS;
    return isShrinking ? BUSY_MS : IDLE_MS;
  }

  /** A key is not forgotten while its event waits. */
  #forgetKeys(now: number, contents: Contents): boolean {
    const before = this.#giving === "keys" ? Number.MAX_SAFE_INTEGER : now - this.#options.ledgerMs;
    const span = { afterId: this.#keysAfter, before, now, limit: KEYS_AT_A_TIME };
    const { forgotten, goOnAfter } = contents.forgetKeys(span);
    this.#keysAfter = goOnAfter;
    return forgotten > 0;
  }

  #dropLetters(contents: Contents): boolean {
    return this.#giving === "dead letters" && contents.deadLetters.purgeOldest(LETTERS_AT_A_TIME) > 0;
  }

  /** Keys that are not too old, and dead letters that nobody can delete, would keep a full store full. */
  #makeRoom(now: number, connection: Connection): void {
    const { maxBytes } = this.#options;
    const used = usedBytes(connection);
    if (used < maxBytes * ENOUGH_ROOM_SHARE) this.#giving = undefined;
    if (used < maxBytes) return;
    if (Math.abs(now - this.#measuredAt) >= LOOK_PERIOD_MS) {
      this.#measuredAt = now;
      this.#measure(connection);
    }
    this.#giving = this.#surplus;
  }

  #measure(connection: Connection): void {
    const { maxBytes, isInMemory } = this.#options;
    const isOfKeys = ledgerBytes(connection) >= maxBytes * LEDGER_SHARE;
    const surplus = isOfKeys ? "keys" : isInMemory ? "dead letters" : undefined;
    if (surplus !== undefined && surplus !== this.#surplus) this.#log?.warn({ maxBytes }, MESSAGES[surplus]);
    this.#surplus = surplus;
  }
}

const MESSAGES: Readonly<Record<Surplus, string>> = {
  keys: "The store is full of keys of delivered events; the oldest are forgotten early. Raise state_max_mib or lower ledger_days.",
  "dead letters":
    "The store is in memory and full; the oldest dead letters are dropped. Set state_dir, or raise state_max_mib.",
};

export function usedBytes(connection: Connection): number {
  const unused = connection.number("PRAGMA freelist_count") ?? 0;
  return ((connection.number("PRAGMA page_count") ?? 0) - unused) * PAGE_BYTES;
}

/** Reads all of the ledger. */
function ledgerBytes(connection: Connection): number {
  const sql =
    "SELECT sum(pgsize) FROM dbstat WHERE name IN ('ledger', 'sqlite_autoindex_ledger_1') AND aggregate = TRUE";
  return connection.number(sql) ?? 0;
}

function shrink(connection: Connection): boolean {
  const unused = connection.number("PRAGMA freelist_count") ?? 0;
  const pages = connection.number("PRAGMA page_count") ?? 0;
  const isWorthwhile = unused * PAGE_BYTES > SPARE_BYTES && unused > pages * SPARE_SHARE;
  if (isWorthwhile) connection.execute(`PRAGMA incremental_vacuum(${FREED_PAGES_AT_A_TIME})`);
  return isWorthwhile;
}
