import type { Operation } from "effection";
import { AgentError } from "../../toolkit/errors.ts";
import type { Logger } from "../../toolkit/logging/index.ts";
import type { Health } from "../core/index.ts";
import { GroupCommit } from "./group-commit.ts";
import type { EventSource, LaneCounts } from "./lanes/index.ts";
import { OpenStates } from "./open-states.ts";
import type { OpenUnit } from "./open-unit.ts";
import { Room, type RoomOptions } from "./room.ts";
import { Settlements } from "./settlements.ts";
import { StateCache } from "./state-cache.ts";
import type { OutboxStatistics } from "./statistics.ts";
import type { DeadLetter, EventStore, LaneSummary, StoredEvent } from "./store/index.ts";
import { StoreTrouble } from "./store-trouble.ts";
import { Upkeep } from "./upkeep.ts";

export interface OutboxOptions extends RoomOptions {
  /** Event bodies in memory. Without a directory, also the events that the outbox holds before senders have to wait. */
  readonly capacity: number;
  readonly log: Logger;
  readonly health: Health;
}

export interface DeadLetterOptions {
  readonly limit: number;
  /** Otherwise the oldest come first. */
  readonly newestFirst?: boolean;
}

/** Events that are not delivered: what becomes of them if the run ends now. */
export interface LeftEvents {
  readonly kept: number;
  readonly lost: number;
}

/** The channel through which events leave the outbox. */
export interface OutboxChannel {
  /** These are safe on disk now. @param areAll no other process has put any there meanwhile */
  add(events: readonly StoredEvent[], areAll: boolean): void;
  /** Another process has put events on disk, up to this id. */
  extend(lastId: number): void;
  readonly lanes: LaneCounts;
}

/** Dead letters, in some 5 ms. */
const REPLAYED_AT_A_TIME = 200;

const NO_LANES: LaneCounts = { ready: 0, inFlight: 0, putOff: 0, bodies: 0 };

/** What is to be delivered and the state that is kept with it: the store, and what keeps it going. */
export class Outbox {
  readonly room: Room;
  readonly state: StateCache;
  readonly openStates = new OpenStates();
  readonly settlements: Settlements;
  /** For the channel to read. */
  readonly source: EventSource;
  readonly #store: EventStore;
  readonly #trouble: StoreTrouble;
  readonly #commits: GroupCommit;
  #channel: OutboxChannel | undefined;
  readonly #upkeep: Upkeep;
  #lastSafeId: number;

  constructor(store: EventStore, { log, health, ...options }: OutboxOptions) {
    this.#store = store;
    this.#trouble = new StoreTrouble(log, health);
    this.room = new Room(store, this.#trouble, options);
    this.#lastSafeId = store.lastId();
    this.state = new StateCache((name) => store.state(name));
    this.settlements = new Settlements(store, this.#trouble, (count) => this.#shrink(count));
    this.#commits = new GroupCommit(store, this.#trouble, {
      committed: (units, events) => this.#grow(units, events),
      durable: (events) => this.#deliver(events),
    });
    const { room } = this;
    this.#upkeep = new Upkeep({ store, trouble: this.#trouble, room, changed: (lastId) => this.#extend(lastId) });
    this.source = {
      isSettled: (id) => this.settlements.has(id),
      eventsAfter: (id, limit) => this.#trouble.guard("read", () => store.eventsAfter(id, limit)),
      eventsOfLane: (lane, id, limit) => this.#trouble.guard("read", () => store.eventsOfLane(lane, id, limit)),
    };
  }

  /** Does what is sent outlive the process? */
  get isDurable(): boolean {
    return this.#store.directory !== undefined;
  }

  /** Must senders wait? */
  get isFull(): boolean {
    return this.room.isFull || this.#commits.waitingEvents >= this.room.capacity;
  }

  /** Is something not committed, or not yet safe? */
  get isBusy(): boolean {
    return this.#commits.isBusy;
  }

  /** Keeps a unit of work. Returns when it is safe on disk; a halt before that leaves it kept, or not at all. */
  *commit(unit: OpenUnit): Operation<void> {
    if (!unit.isEmpty) yield* this.#commits.commit(unit);
  }

  /** The same without waiting: the process may end before it is safe. */
  commitSoon(unit: OpenUnit): void {
    this.#commits.commitSoon(unit);
  }

  /** @returns what takes it off again */
  attach(channel: OutboxChannel): () => void {
    if (this.#channel !== undefined) {
      const message =
        "There is an event channel already. Open one in the agent's main, and give each task a send.clone().";
      throw new AgentError("E_EVENT_CHANNEL_OPEN", message);
    }
    this.#channel = channel;
    return () => {
      this.#channel = undefined;
    };
  }

  /** Of the last event that is safe on disk; 0 before the first. */
  get lastSafeId(): number {
    return this.#lastSafeId;
  }

  /** To be run by one task for as long as the outbox is open. */
  *run(): Operation<never> {
    return yield* this.#commits.run();
  }

  /**
   * Clears up, and looks whether a command of the operator has changed anything. To be called every now and then.
   * @returns when to call it again, ms
   */
  keep(): number {
    return this.#upkeep.run(this.#commits.isBusy);
  }

  get left(): LeftEvents {
    const { queued } = this.room;
    const { waitingEvents } = this.#commits;
    return this.isDurable ? { kept: queued, lost: waitingEvents } : { kept: 0, lost: queued + waitingEvents };
  }

  /** Brings what is only known here to the store. */
  close(): void {
    this.#commits.flush();
    this.settlements.flush();
  }

  statistics(): OutboxStatistics {
    const totals = this.#store.totals();
    const laneCounts = this.#channel?.lanes ?? NO_LANES;
    let queued = totals.queued;
    const take = (count: number) => {
      // An event on its way out whose row was found damaged is not among those queued: it is counted as damaged only.
      const taken = Math.min(count, queued);
      queued -= taken;
      return taken;
    };
    const acknowledged = totals.acknowledged + take(this.settlements.pending.acknowledged);
    const deadLettered = totals.deadLettered + take(this.settlements.pending.refused);
    const inFlight = take(laneCounts.inFlight);
    return {
      ...totals,
      acknowledged,
      deadLettered,
      inFlight,
      queued,
      laneCounts,
      oldestQueuedAt: this.#store.oldestQueuedAt(),
      isDurable: this.isDurable,
      usedBytes: this.#store.usedBytes(),
      maxBytes: this.room.maxBytes,
      isFull: this.isFull,
      error: this.#trouble.error,
    };
  }

  /** The lanes with most events, the deepest first. */
  lanes(limit: number): readonly LaneSummary[] {
    return this.#store.lanes(limit);
  }

  /** Events that the server has refused for good. */
  deadLetters({ limit, newestFirst = false }: DeadLetterOptions): readonly DeadLetter[] {
    return newestFirst ? this.#store.latestDeadLetters(limit) : this.#store.deadLetters({ limit });
  }

  /** Queues dead letters again, as new events; of many, some at a time, and what else there is to do between them. */
  async replay(ids: readonly number[] | "all"): Promise<number> {
    const wanted = ids === "all" ? this.#store.deadLetterIds() : ids;
    let replayed = 0;
    for (let i = 0; i < wanted.length; i += REPLAYED_AT_A_TIME) {
      if (i > 0) await new Promise((resolve) => setImmediate(resolve));
      replayed += this.#store.replay(wanted.slice(i, i + REPLAYED_AT_A_TIME));
      this.#upkeep.changedHere();
    }
    this.keep();
    return replayed;
  }

  #grow(units: readonly OpenUnit[], events: readonly StoredEvent[]): void {
    this.#upkeep.worked();
    this.#upkeep.lookForChanges(); // before these are safe: what others have put on disk goes first
    for (const { changes } of units) this.state.apply(changes);
    this.room.grow(events);
  }

  #shrink(count: number): void {
    this.#upkeep.worked();
    this.room.shrink(count);
  }

  #deliver(events: readonly StoredEvent[]): void {
    this.#lastSafeId = events.at(-1)?.id ?? this.#lastSafeId;
    this.#channel?.add(events, !this.#upkeep.isChangedByOthers);
    this.#upkeep.takeChanges(); // now, when all is safe: under steady load there may be no other moment
  }

  #extend(lastId: number): void {
    this.#lastSafeId = lastId;
    this.#channel?.extend(lastId);
  }
}
