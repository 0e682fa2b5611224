import type { DurabilityOptions } from "./disk/index.ts";
import { Retention, usedBytes } from "./retention.ts";
import { StoreFiles } from "./store-files.ts";
import type { DeadLetter, LaneSummary, StoredEvent, Totals, Unit } from "./types.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How often to look after a store to which something happens. */
const BUSY_MS = 1_000;

export interface StoreOptions extends DurabilityOptions {
  /** `undefined`: in memory. It is made when it is not there. */
  readonly directory: string | undefined;
  /** What events, dead letters, keys and state may take; `isFull` from then on. */
  readonly maxBytes: number;
  /** How long the key of an event is remembered; 7 days by default. */
  readonly ledgerMs?: number;
  /** How long a dead letter is kept; 30 days by default. */
  readonly deadLetterMs?: number;
  /** For a command: other processes may have the store open, and nothing is repaired, migrated or pruned. */
  readonly isCommand?: boolean;
}

/**
 * Keeps events, dead letters, keys of delivered events and agents' state. Everything but `sync()` is done when the call
 * returns, in one transaction or not at all, and then safe from the end of the process; after `sync()`, also from that of
 * the machine.
 * @throws {AgentError} from all methods but `close()`, with nothing done, to be tried again: `E_STORE_FULL`,
 * `E_STORE_READ_ONLY`, `E_STORE_IO`, `E_STORE_BUSY`
 */
export class EventStore {
  /** `undefined`: in memory. */
  readonly directory: string | undefined;
  readonly #maxBytes: number;
  readonly #files: StoreFiles;
  readonly #retention: Retention;
  #versionSeen: number;
  #commitsSeen = 0;

  /** @throws {UnrecoverableError} `E_STATE_DIR_IN_USE`, `E_STORE_VERSION` */
  constructor(options: StoreOptions) {
    const { directory, maxBytes, ledgerMs = 7 * DAY_MS, deadLetterMs = 30 * DAY_MS } = options;
    this.directory = directory;
    this.#maxBytes = maxBytes;
    this.#retention = new Retention(
      { maxBytes, ledgerMs, deadLetterMs, isInMemory: directory === undefined },
      options.log,
    );
    this.#files = new StoreFiles({ isCommand: false, ...options });
    this.#versionSeen = this.#dataVersion();
  }

  /** @returns for each unit, the events that were queued: those whose key is known are missing */
  commit(units: readonly Unit[]): readonly StoredEvent[][] {
    this.#files.checkNowAndThen();
    return this.#files.use(({ contents, durability }) => {
      durability?.checkRoomFor(textsOf(units));
      return contents.commit(units);
    });
  }

  /** These are delivered. */
  acknowledge(ids: readonly number[]): void {
    this.#files.use(({ contents, durability }) => {
      durability?.checkRoomToNote();
      contents.acknowledge(ids);
      durability?.noted();
    });
  }

  /** Makes an event a dead letter. */
  refuse(id: number, status: number, answer: string): void {
    this.#files.use(({ contents, durability }) => {
      durability?.checkRoomForAnswer(answer);
      contents.refuse(id, { status, answer, refusedAt: Date.now() });
    });
  }

  /** Resolves when all that was done before is on disk. */
  sync(): Promise<void> {
    return this.#files.sync();
  }

  /** Events with a higher id, in the order of their ids; fewer than `limit` only when there are no more. */
  eventsAfter(id: number, limit: number): readonly StoredEvent[] {
    return this.#files.use(({ contents }) => contents.eventsAfter(id, limit));
  }

  eventsOfLane(lane: string, afterId: number, limit: number): readonly StoredEvent[] {
    return this.#files.use(({ contents }) => contents.eventsOfLane(lane, afterId, limit));
  }

  /** The id of the event that is next in a lane. */
  oldestOfLane(lane: string): number | undefined {
    return this.eventsOfLane(lane, 0, 1)[0]?.id;
  }

  /** When the event that waits longest was queued, epoch ms. */
  oldestQueuedAt(): number | undefined {
    return this.#files.use(({ contents }) => contents.oldestQueuedAt());
  }

  /** The lanes with most events, the fullest first. */
  lanes(limit: number): readonly LaneSummary[] {
    return this.#files.use(({ contents }) => contents.lanes(limit));
  }

  /** What is kept under a name: for each key, JSON text. */
  state(name: string): ReadonlyMap<string, string> {
    return this.#files.use(({ contents }) => contents.state(name));
  }

  /** In the order of their ids. */
  deadLetters({ limit, afterId = 0 }: { readonly limit: number; readonly afterId?: number }): readonly DeadLetter[] {
    return this.#files.use(({ contents }) => contents.deadLetters.list(afterId, limit));
  }

  /** The latest dead letters, newest first. */
  latestDeadLetters(limit: number): readonly DeadLetter[] {
    return this.#files.use(({ contents }) => contents.deadLetters.latest(limit));
  }

  deadLetter(id: number): DeadLetter | undefined {
    return this.#files.use(({ contents }) => contents.deadLetters.get(id));
  }

  deadLetterIds(): readonly number[] {
    return this.#files.use(({ contents }) => contents.deadLetters.ids());
  }

  deadLetterCount(): number {
    return this.#files.use(({ contents }) => contents.deadLetters.count());
  }

  /** Queues dead letters as new events; unknown ids are passed over. @returns how many */
  replay(ids: readonly number[] | "all"): number {
    return this.#files.use(({ contents }) => contents.deadLetters.replay(ids, Date.now()));
  }

  /** Deletes dead letters. @param which `olderThan`: refused before that, epoch ms @returns how many */
  purge(which: readonly number[] | "all" | { readonly olderThan: number }): number {
    return this.#files.use(({ connection, contents, durability }) => {
      // On a full volume the log is to be written back before it grows by this, also by a command.
      if (durability === undefined) connection.execute("PRAGMA wal_checkpoint(PASSIVE)");
      else durability.checkRoomToNote();
      if (which !== "all" && "olderThan" in which) return contents.deadLetters.purgeOlder(which.olderThan);
      return contents.deadLetters.purge(which);
    });
  }

  totals(): Totals {
    return this.#files.use(({ contents }) => contents.totals());
  }

  /** The highest id ever given; 0 at first. */
  lastId(): number {
    return this.#files.use(({ contents }) => contents.lastId());
  }

  /** Has another process changed the store since the last call? */
  changedByOthers(): boolean {
    const version = this.#dataVersion();
    const hasChanged = version !== this.#versionSeen;
    this.#versionSeen = version;
    return hasChanged;
  }

  /** What events, dead letters, keys and state take. The write-ahead log comes on top: an eighth of that, at most 32 MiB. */
  usedBytes(): number {
    return this.#files.use(({ connection }) => usedBytes(connection));
  }

  get isFull(): boolean {
    return this.usedBytes() >= this.#maxBytes;
  }

  /**
   * To be called about once a second while something is done: looks after the files, and forgets what is too old.
   * @param now epoch ms
   * @returns when to call again at the latest, ms
   */
  maintain(now: number): number {
    this.#files.check();
    return this.#files.use(({ connection, contents, durability }) => {
      const seen = this.#commitsSeen;
      const isIdle = contents.commits === seen;
      durability?.tidy(isIdle);
      durability?.checkRoomToNote();
      if (isIdle) contents.settle();
      const nextMs = this.#retention.run(now, connection, contents);
      this.#commitsSeen = contents.commits;
      return contents.commits === seen ? nextMs : Math.min(nextMs, BUSY_MS);
    });
  }

  close(): void {
    this.#files.close();
  }

  #dataVersion(): number {
    return this.#files.use(({ connection }) => connection.number("PRAGMA data_version") ?? 0);
  }
}

/** What makes up nearly all that a commit writes. */
function textsOf(units: readonly Unit[]): readonly string[] {
  return units.flatMap(({ events, state }) => [
    ...events.flatMap(({ body, dedupeKey }) => (dedupeKey === undefined ? body : [body, dedupeKey, dedupeKey])),
    ...state.map(({ value = "" }) => value),
  ]);
}
