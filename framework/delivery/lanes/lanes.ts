import type { EventType } from "../../../toolkit/observability/index.ts";
import type { StoredEvent } from "../store/index.ts";
import type { Lane } from "./lane.ts";
import { LaneTable } from "./lane-table.ts";
import { type EventSource, Loader, type LoaderOptions } from "./loader.ts";

/** An event on its way out. */
export interface QueuedEvent {
  readonly id: number;
  readonly type: EventType;
  /** JSON, to be posted as it is. */
  readonly body: string;
  /** Events of one lane go out one after the other: the run they belong to, or what else they are about. */
  readonly lane: string;
  /** Epoch ms. */
  readonly queuedAt: number;
  /** How often it was tried in vain, in this process. */
  readonly attempts: number;
}

/** How long a lane waits that could not be read from disk. */
const UNREADABLE_MS = 1_000;

/**
 * Decides which event goes out next. Each lane gives one event at a time and the next when that is done with; ready
 * lanes take turns, those of a backlog with those that have just come.
 */
export class Lanes {
  readonly #table: LaneTable;
  readonly #loader: Loader;

  /** @param becameReady is called each time when `take` has one more event to give */
  constructor(source: EventSource, options: LoaderOptions & { readonly becameReady: () => void }) {
    this.#table = new LaneTable(options.becameReady);
    this.#loader = new Loader(source, this.#table, options);
  }

  /** Is there nothing left, in memory or on disk? */
  get isEmpty(): boolean {
    return this.#table.size === 0 && this.#loader.isDone;
  }

  /** Events in memory. */
  get bodies(): number {
    return this.#table.bodies;
  }

  get counts(): LaneCounts {
    const { ready, busy, putOff, bodies } = this.#table;
    return { ready, inFlight: busy, putOff, bodies };
  }

  /** Begins to read what is on disk. */
  start(): void {
    this.#loader.load();
  }

  /** These are safe on disk now. @param areAll nobody else has put any there meanwhile */
  add(events: readonly StoredEvent[], areAll: boolean): void {
    this.#loader.add(events, areAll);
  }

  /** Somebody else has put events on disk, up to this id. */
  extend(lastId: number): void {
    this.#loader.extend(lastId);
  }

  /** @returns the next event; `undefined` when the lane whose turn it was turned out to have none */
  take(): QueuedEvent | undefined {
    const lane = this.#table.takeReady();
    if (lane === undefined) return undefined;
    if (lane.queue.length === 0 && !this.#loader.refill(lane)) {
      this.#table.defer(lane, UNREADABLE_MS);
      return undefined;
    }
    const event = this.#table.begin(lane);
    if (event === undefined) {
      this.#table.goOn(lane);
      this.#loader.load(); // it may be gone, and others wait for its room
      return undefined;
    }
    return lane.attempts === 0 ? event : { ...event, attempts: lane.attempts };
  }

  /** The event is done with. @returns false when it was not taken, or has been given back */
  finish(event: QueuedEvent): boolean {
    const lane = this.#laneOf(event);
    if (lane === undefined) return false;
    this.#table.finish(lane);
    this.#loader.load();
    return true;
  }

  /** The event is to be taken again, after so many ms. */
  putOff(event: QueuedEvent, ms: number): void {
    const lane = this.#laneOf(event);
    if (lane === undefined) return;
    lane.attempts++;
    this.#table.defer(lane, ms);
    this.#loader.load();
  }

  /** The event was not tried. */
  giveBack(event: QueuedEvent): void {
    const lane = this.#laneOf(event);
    if (lane !== undefined) this.#table.giveBack(lane);
  }

  close(): void {
    this.#table.close();
    this.#loader.close();
  }

  #laneOf({ id, lane: key }: QueuedEvent): Lane | undefined {
    const lane = this.#table.get(key);
    return lane?.busy?.id === id ? lane : undefined;
  }
}

/** Of the lanes in memory. */
export interface LaneCounts {
  readonly ready: number;
  readonly inFlight: number;
  readonly putOff: number;
  /** Events in memory. */
  readonly bodies: number;
}
