import type { EventStore } from "./store/index.ts";
import type { StoreTrouble } from "./store-trouble.ts";

export type SettlementStore = Pick<EventStore, "acknowledge" | "refuse">;

/** In one transaction: of all that has gathered while the disk was full, one would need more room than the log has. */
const AT_A_TIME = 512;

interface Refusal {
  readonly id: number;
  readonly status: number;
  readonly answer: string;
}

/**
 * Takes what is done with out of the store, all of one turn of the event loop in one transaction. Not later: who is killed
 * before then sends it again. Nobody waits for that: until it has worked, the ids are kept here, so that no event goes out
 * a second time.
 */
export class Settlements {
  readonly #store: SettlementStore;
  readonly #trouble: StoreTrouble;
  readonly #flushed: (count: number) => void;
  #acknowledged = new Set<number>();
  readonly #refused = new Map<number, Refusal>();
  #turn: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;

  /** @param flushed is told how many events have left the store */
  constructor(store: SettlementStore, trouble: StoreTrouble, flushed: (count: number) => void) {
    this.#store = store;
    this.#trouble = trouble;
    this.#flushed = flushed;
  }

  /** Is the event done with, although the store still has it? */
  has(id: number): boolean {
    return this.#acknowledged.has(id) || this.#refused.has(id);
  }

  /** What the store has not heard of. */
  get pending(): { readonly acknowledged: number; readonly refused: number } {
    return { acknowledged: this.#acknowledged.size, refused: this.#refused.size };
  }

  get #size(): number {
    return this.#acknowledged.size + this.#refused.size;
  }

  acknowledge(id: number): void {
    this.#acknowledged.add(id);
    if (this.#retry === undefined) this.#turn ??= setImmediate(() => this.#flushOrRetry());
  }

  refuse(refusal: Refusal): void {
    this.#refused.set(refusal.id, refusal);
    if (this.#retry === undefined) this.#flushOrRetry();
  }

  /** Tells the store now. @returns whether that worked */
  flush(): boolean {
    this.#unschedule();
    const before = this.#size;
    const isFlushed = this.#flushAcknowledged() && this.#flushRefused();
    this.#flushed(before - this.#size);
    return isFlushed;
  }

  #flushAcknowledged(): boolean {
    const ids = [...this.#acknowledged];
    while (ids.length > 0) {
      const some = ids.splice(0, AT_A_TIME);
      if (!this.#guard(() => this.#store.acknowledge(some))) return false;
      this.#acknowledged = new Set(ids);
    }
    return true;
  }

  #flushRefused(): boolean {
    for (const { id, status, answer } of this.#refused.values()) {
      if (!this.#guard(() => this.#store.refuse(id, status, answer))) return false;
      this.#refused.delete(id);
    }
    return true;
  }

  #guard(settle: () => void): boolean {
    const done = this.#trouble.guard("settle", () => {
      settle();
      return true;
    });
    return done === true;
  }

  #flushOrRetry(): void {
    if (!this.flush()) this.#retry = setTimeout(() => this.#flushOrRetry(), this.#trouble.nextRetryMs());
  }

  #unschedule(): void {
    clearImmediate(this.#turn);
    clearTimeout(this.#retry);
    this.#turn = undefined;
    this.#retry = undefined;
  }
}
