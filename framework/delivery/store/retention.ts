import type { Logger } from "../../../toolkit/logging/index.ts";
import { type Connection, PAGE_BYTES } from "./connection.ts";
import type { Contents } from "./contents.ts";

export interface RetentionOptions {
  /** Of the store. */
  readonly maxBytes: number;
  /** How long a key is remembered. */
  readonly ledgerMs: number;
  readonly deadLetterMs: number;
}

/** In one step, which takes a few ms. */
const KEYS_AT_A_TIME = 1_000;

/** How often there is a look at dead letters that are too old, and at how large the ledger of a full store is. */
const LOOK_PERIOD_MS = 60_000;

/** Of the store; when it is full, keys may take no more. */
const LEDGER_SHARE = 0.5;

/** Unused pages that may stay in the file: less than that is soon used again. */
const SPARE_BYTES = 4 * 1024 * 1024;
const SPARE_SHARE = 0.25;
const FREED_PAGES_AT_A_TIME = 128;

/** Forgets what is too old and gives back what is not needed, a little at each call. */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #log: Logger | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isLedgerTooLarge = false;

  constructor(options: RetentionOptions, log: Logger | undefined) {
    this.#options = options;
    this.#log = log;
  }

  /** @param now epoch ms @returns whether it has given something back */
  run(now: number, connection: Connection, contents: Contents): boolean {
    if (Math.abs(now - this.#lookedAt) >= LOOK_PERIOD_MS) {
      this.#lookedAt = now;
      contents.deadLetters.purgeOlder(now - this.#options.deadLetterMs);
      this.#measureLedger(connection);
    }
    this.#forgetKeys(now, contents);
    return shrink(connection);
  }

  /** A key is never forgotten while its event waits. */
  #forgetKeys(now: number, contents: Contents): void {
    const before = this.#isLedgerTooLarge ? now : now - this.#options.ledgerMs;
    contents.forgetKeys(Math.min(before, contents.oldestQueuedAt() ?? before), KEYS_AT_A_TIME);
  }

  /** When the store is full and that is because of keys, nothing would ever make room again before they are too old. */
  #measureLedger(connection: Connection): void {
    const { maxBytes } = this.#options;
    const wasTooLarge = this.#isLedgerTooLarge;
    this.#isLedgerTooLarge = usedBytes(connection) >= maxBytes && ledgerBytes(connection) >= maxBytes * LEDGER_SHARE;
    if (wasTooLarge || !this.#isLedgerTooLarge) return;
    const message =
      "The store is full of keys of delivered events; the oldest are forgotten early. Raise state_max_mib or lower ledger_days.";
    this.#log?.warn({ maxBytes }, message);
  }
}

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
