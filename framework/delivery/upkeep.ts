import type { Room } from "./room.ts";
import type { EventStore } from "./store/index.ts";
import type { StoreTrouble } from "./store-trouble.ts";

/** How often there is a look whether something is to be done: after there was something, and otherwise. */
const BUSY_PERIOD_MS = 1_000;
const IDLE_PERIOD_MS = 5_000;

export interface UpkeepOptions {
  readonly store: EventStore;
  readonly trouble: StoreTrouble;
  readonly room: Room;
  /** Is called when others have changed the store, with the id of its last event. */
  readonly changed: (lastId: number) => void;
}

/** Looks after the store while it is in use, and for what commands of the operator have changed there. */
export class Upkeep {
  readonly #options: UpkeepOptions;
  #dueAtMs = 0;
  #hasWorked = false;
  #isChangedByOthers = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** Has another process changed the store since `changed` was called? */
  get isChangedByOthers(): boolean {
    return this.#isChangedByOthers;
  }

  /** Something was put into the store, or taken out of it. */
  worked(): void {
    this.#hasWorked = true;
  }

  /** We have changed it as another process would. */
  changedHere(): void {
    this.#isChangedByOthers = true;
  }

  lookForChanges(): void {
    const { store, trouble } = this.#options;
    this.#isChangedByOthers ||= trouble.guard("read", () => store.changedByOthers()) ?? true;
  }

  /**
   * Clears up, and takes in what others have changed, unless something is being committed.
   * @returns when to call again, ms
   */
  run(isCommitting: boolean): number {
    this.lookForChanges();
    const isBusy = this.#hasWorked || this.#isChangedByOthers;
    this.#hasWorked = false;
    const { room } = this.#options;
    if (isBusy || room.isFull || performance.now() >= this.#dueAtMs) this.#maintain();
    if (!isCommitting) this.takeChanges();
    room.report();
    const periodMs = isBusy || room.isFull ? BUSY_PERIOD_MS : IDLE_PERIOD_MS;
    return Math.max(1, Math.min(periodMs, this.#dueAtMs - performance.now()));
  }

  #maintain(): void {
    const { store, trouble, room } = this.#options;
    const nextMs = trouble.guard("maintain", () => store.maintain(Date.now())) ?? BUSY_PERIOD_MS;
    this.#dueAtMs = performance.now() + nextMs;
    room.look();
  }

  /** Takes in what others have changed. Not while there is something in the store that is not safe on disk. */
  takeChanges(): void {
    if (!this.#isChangedByOthers) return;
    const { store, trouble, room, changed } = this.#options;
    const lastId = trouble.guard("read", () => {
      room.recount();
      return store.lastId();
    });
    if (lastId === undefined) return; // the next time
    this.#isChangedByOthers = false;
    changed(lastId);
  }
}
