import type { Room } from "./room.ts";
import type { EventStore } from "./store/index.ts";
import type { StoreTrouble } from "./store-trouble.ts";

/** How often the store is looked after that nothing happens to. */
const PERIOD_MS = 60_000;

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
   * @returns whether there was anything to do since the last time
   */
  run(isCommitting: boolean): boolean {
    this.lookForChanges();
    const isBusy = this.#hasWorked || this.#isChangedByOthers;
    this.#hasWorked = false;
    if (isBusy || this.#options.room.isFull || performance.now() >= this.#dueAtMs) this.#maintain();
    if (this.#isChangedByOthers && !isCommitting) this.#takeChanges();
    return isBusy;
  }

  /** Seldom, once all is done and as long as nothing comes. */
  #maintain(): void {
    const { store, trouble, room } = this.#options;
    const hasMore = trouble.guard("maintain", () => store.maintain(Date.now())) ?? true;
    this.#dueAtMs = hasMore ? 0 : performance.now() + PERIOD_MS;
    room.look();
  }

  #takeChanges(): void {
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
