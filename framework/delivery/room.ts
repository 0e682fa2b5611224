import type { Operation } from "effection";
import { Bell } from "./bell.ts";
import type { EventStore, StoredEvent } from "./store/index.ts";
import type { StoreTrouble } from "./store-trouble.ts";

export interface RoomOptions {
  /** Events that a store in memory may hold. */
  readonly capacity: number;
  /** What the store may take up. */
  readonly maxBytes: number;
}

/** To see how full a store on disk is takes 50 µs: it is looked at each time it may have got fuller by this much. */
const LOOK_SHARE = 0.001;

/** A store that is full for a moment is at work; after so long, somebody must know. */
const LONG_MS = 10_000;

const MIB = 1024 * 1024;

/** Knows whether there is room for more in the store, and where to wait for it. */
export class Room {
  readonly capacity: number;
  readonly maxBytes: number;
  readonly #store: EventStore;
  readonly #trouble: StoreTrouble;
  readonly #bell = new Bell("room in the outbox");
  #queued = 0;
  #peakQueued = 0;
  #isFull = false;
  #fullSinceMs: number | undefined;
  #bytesSinceLook = 0;

  constructor(store: EventStore, trouble: StoreTrouble, { capacity, maxBytes }: RoomOptions) {
    this.#store = store;
    this.#trouble = trouble;
    this.capacity = capacity;
    this.maxBytes = maxBytes;
    this.recount();
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  /** Events in the store, those in flight included. */
  get queued(): number {
    return this.#queued;
  }

  get peakQueued(): number {
    return this.#peakQueued;
  }

  /** Tasks waiting. */
  get waiting(): number {
    return this.#bell.waiting;
  }

  /** Returns when there may be room again, or when those who wait are to look for something else. */
  wait(): Operation<void> {
    return this.#bell.wait();
  }

  wakeAll(): void {
    this.#bell.ring();
  }

  grow(events: readonly StoredEvent[]): void {
    this.#count(this.#queued + events.length);
    for (const { body } of events) this.#bytesSinceLook += body.length;
    if (this.#isInMemory || this.#bytesSinceLook >= this.maxBytes * LOOK_SHARE) this.look();
  }

  shrink(count: number): void {
    this.#count(this.#queued - count);
    if (this.#isFull) this.look();
  }

  /** Others may have changed what is in the store. */
  recount(): void {
    this.#count(this.#store.totals().queued);
    this.look();
  }

  look(): void {
    this.#bytesSinceLook = 0;
    const isCrowded = this.#isInMemory && this.#queued >= this.capacity;
    this.#isFull = isCrowded || (this.#trouble.guard("read", () => this.#store.isFull) ?? this.#isFull);
    if (this.#isFull) this.#fullSinceMs ??= performance.now();
    else this.#fullSinceMs = undefined;
    if (!this.#isFull && this.waiting > 0) this.wakeAll();
  }

  /** Says when there has been no room for long, or when there is again. To be called about once a second. */
  report(): void {
    const fullForMs = this.#fullSinceMs === undefined ? 0 : performance.now() - this.#fullSinceMs;
    if (fullForMs >= LONG_MS) this.#trouble.full(this.#whyFull());
    else if (!this.#isFull) this.#trouble.hasRoom();
  }

  #whyFull(): string {
    const cause = `The outbox is full, and sources wait: ${this.#queued} events wait to be delivered`;
    const ifThese = "If Observability takes none, see why";
    if (this.#isInMemory) return `${cause}, in memory. ${ifThese}; set state_dir to keep more of them, on disk.`;
    const ifOthers = 'delete dead letters ("dlq purge"), or raise state_max_mib';
    return `${cause}, and with dead letters and state they take up ${this.maxBytes / MIB} MiB. ${ifThese}; ${ifOthers}.`;
  }

  get #isInMemory(): boolean {
    return this.#store.directory === undefined;
  }

  #count(queued: number): void {
    this.#queued = queued;
    this.#peakQueued = Math.max(this.#peakQueued, queued);
  }
}
