import type { StoredEvent } from "../store/index.ts";
import { Capacity } from "./capacity.ts";
import type { Lane, LaneKind } from "./lane.ts";
import type { LaneTable } from "./lane-table.ts";
import { Range } from "./range.ts";

/** What the loader reads. Without the events that are done with; `undefined` when the disk failed. */
export interface EventSource {
  /** Is the event done with, although it is still there? */
  isSettled(id: number): boolean;
  eventsAfter(id: number, limit: number): readonly StoredEvent[] | undefined;
  eventsOfLane(lane: string, afterId: number, limit: number): readonly StoredEvent[] | undefined;
}

/** Events read at a time. */
const CHUNK = 64;
const LANE_CHUNK = 16;

/** Readings in a row before the rest of the program has its turn. */
const CHUNKS_A_TURN = 4;

/** Fresh events on disk for each body that may be in memory. When there are more, they join the backlog. */
const LAG_PER_BODY = 2;
const LONGEST_LAG = 2_048;

const RETRY_READING_MS = 1_000;

/**
 * Brings events from disk into memory, to the lanes, as these have room: the backlog, from the oldest on, and what has
 * come since, in the order in which it came. Of each lane, all events pass through memory once, in order, although the
 * two readings and the lanes' own overlap.
 */
export class Loader {
  readonly #source: EventSource;
  readonly #table: LaneTable;
  readonly #capacity: Capacity;
  readonly #longestLag: number;
  readonly #backlog: Range;
  /** Its end is the last event that is safe on disk. */
  readonly #fresh: Range;
  #later: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @param lastId what is on disk up to here is the backlog */
  constructor(source: EventSource, table: LaneTable, { capacity, lastId }: LoaderOptions) {
    this.#source = source;
    this.#table = table;
    this.#backlog = new Range(0, lastId);
    this.#fresh = new Range(lastId, lastId);
    this.#capacity = new Capacity(table, this.#backlog, capacity);
    this.#longestLag = Math.min(capacity * LAG_PER_BODY, LONGEST_LAG);
  }

  /** Has everything on disk been in memory, or is a lane in memory going to read it? */
  get isDone(): boolean {
    return this.#backlog.isEmpty && this.#fresh.isEmpty;
  }

  /**
   * These have got safe on disk. As long as there is room, they need not be read from there.
   * @param areAll nobody else has put any there meanwhile
   */
  add(events: readonly StoredEvent[], areAll: boolean): void {
    const last = events.at(-1);
    if (last === undefined) return;
    const areNext = areAll && this.#fresh.isEmpty;
    this.#fresh.end = Math.max(this.#fresh.end, last.id);
    this.#table.hold();
    if (areNext) this.#placeAll(events);
    this.#table.announce();
    this.load();
  }

  /** Somebody else has put events on disk, up to this id. */
  extend(lastId: number): void {
    this.#fresh.end = Math.max(this.#fresh.end, lastId);
    this.load();
  }

  /** Reads as much as there is room for; the rest when the others have had their turn. */
  load(): void {
    if (this.#isClosed || this.#later !== undefined || this.#retry !== undefined) return;
    this.#table.hold();
    this.#readSome();
    this.#table.announce();
  }

  /** Reads the next events of a lane that has none left in memory. @returns false when the disk failed */
  refill(lane: Lane): boolean {
    const most = lane.attempts > 0 ? 1 : LANE_CHUNK; // tried in vain: the others may wait long
    const wanted = Math.max(1, Math.min(most, this.#capacity.left(lane.kind)));
    const rows = this.#source.eventsOfLane(lane.key, lane.lastId, wanted);
    if (rows === undefined) return false;
    const safe = rows.filter(({ id }) => id <= this.#fresh.end); // the others are added when they are
    lane.needsRefill = safe.length === wanted;
    if (!lane.needsRefill) lane.knownTo = this.#fresh.end;
    for (const event of safe) {
      if (this.#source.isSettled(event.id)) lane.lastId = event.id;
      else this.#table.append(lane, event);
    }
    return true;
  }

  close(): void {
    this.#isClosed = true;
    clearImmediate(this.#later);
    clearTimeout(this.#retry);
  }

  #goOn(): void {
    this.#later = undefined;
    this.#retry = undefined;
    this.load();
  }

  #readSome(): void {
    for (let chunks = 0; chunks < CHUNKS_A_TURN; chunks++) {
      const range = this.#rangeWithRoom();
      if (range === undefined) return;
      if (!this.#read(range)) {
        this.#retry = setTimeout(() => this.#goOn(), RETRY_READING_MS);
        return;
      }
    }
    this.#later = setImmediate(() => this.#goOn());
  }

  #placeAll(events: readonly StoredEvent[]): void {
    for (const event of events) {
      if (!this.#capacity.fits("fresh", 1)) return;
      this.#place(event, "fresh");
      this.#fresh.cursor = event.id;
    }
  }

  #rangeWithRoom(): Range | undefined {
    if (this.#fresh.end - this.#fresh.cursor > this.#longestLag) this.#join();
    if (!this.#fresh.isEmpty && this.#capacity.fits("fresh", CHUNK)) return this.#fresh;
    return !this.#backlog.isEmpty && this.#capacity.fits("backlog", CHUNK) ? this.#backlog : undefined;
  }

  /** What of it is in memory already is passed over. */
  #join(): void {
    this.#backlog.end = this.#fresh.end;
    this.#fresh.cursor = this.#fresh.end;
  }

  #read(range: Range): boolean {
    const rows = this.#source.eventsAfter(range.cursor, CHUNK);
    if (rows === undefined) return false;
    const kind = range === this.#fresh ? "fresh" : "backlog";
    const { end } = range;
    const inRange = rows.filter(({ id }) => id <= end);
    for (const event of inRange) this.#place(event, kind);
    range.cursor = inRange.length < CHUNK ? end : (inRange.at(-1)?.id ?? end);
    return true;
  }

  #place(event: StoredEvent, kind: LaneKind): void {
    if (this.#source.isSettled(event.id)) return;
    const lane = this.#table.get(event.lane);
    if (lane === undefined) this.#open(event, kind);
    else if (event.id <= lane.lastId || lane.needsRefill) return;
    else if (this.#isNext(lane, kind) && this.#hasRoom(lane, kind)) this.#table.append(lane, event);
    else lane.needsRefill = true;
  }

  #open(event: StoredEvent, kind: LaneKind): void {
    const lane = this.#table.open(event.lane, kind);
    // Older ones may lie in the backlog. The lane reads them when it has its turn, and this one after them.
    if (kind === "fresh" && !this.#backlog.isEmpty) lane.needsRefill = true;
    else this.#table.append(lane, event);
    this.#table.makeReady(lane);
  }

  /** Is no event of the lane before the one that is to be placed, in what is left of the backlog? */
  #isNext(lane: Lane, kind: LaneKind): boolean {
    return kind === "backlog" || this.#backlog.isEmpty || lane.knownTo >= this.#backlog.end;
  }

  /** A range that has room for its own kind may hold events of lanes of the other. */
  #hasRoom(lane: Lane, kind: LaneKind): boolean {
    return lane.kind === kind || this.#backlog.isEmpty || this.#capacity.left(lane.kind) > 0;
  }
}

export interface LoaderOptions {
  /** Bodies in memory. */
  readonly capacity: number;
  readonly lastId: number;
}
