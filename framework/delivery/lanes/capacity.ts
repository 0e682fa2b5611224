import type { LaneKind } from "./lane.ts";
import type { LaneLoad } from "./lane-load.ts";
import type { LaneTable } from "./lane-table.ts";
import type { Range } from "./range.ts";

/** Of all bodies in memory together; those of one reading may come on top. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/** Lanes in memory that are not set back, for each body that may be there. */
const LANES_PER_BODY = 4;
const MOST_LANES = 8_192;

/** Those set back included. Each of them takes 1.2 kB, and is tried about twice a minute while the server is down. */
const MOST_LANES_IN_ALL = 16_384;

/**
 * Knows how much more may come into memory. Neither kind waits for the room of the other: the backlog never fills more
 * than half of it, and as long as there is one, what has just come does not either.
 */
export class Capacity {
  readonly #table: LaneTable;
  readonly #backlog: Range;
  readonly #bodies: number;
  readonly #lanes: number;

  /** @param bodies so many may be there */
  constructor(table: LaneTable, backlog: Range, bodies: number) {
    this.#table = table;
    this.#backlog = backlog;
    this.#bodies = bodies;
    this.#lanes = Math.min(bodies * LANES_PER_BODY, MOST_LANES);
  }

  /** Is there room for so many events, each with a lane of its own? */
  fits(kind: LaneKind, events: number): boolean {
    const table = this.#table;
    if (table.size >= MOST_LANES_IN_ALL || table.lanes >= this.#lanes) return false;
    if (table.of(kind).lanes >= this.#lanes * this.#shareOf(kind)) return false;
    return this.left(kind) >= events;
  }

  /** How many more events may come to the lanes that are there. */
  left(kind: LaneKind): number {
    const share = this.#shareOf(kind);
    return Math.min(this.#leftBeside(this.#table, 1), this.#leftBeside(this.#table.of(kind), share));
  }

  #leftBeside({ bodies, characters }: LaneLoad, share: number): number {
    return characters < MOST_CHARACTERS * share ? this.#bodies * share - bodies : 0;
  }

  #shareOf(kind: LaneKind): number {
    return kind === "fresh" && this.#backlog.isEmpty ? 1 : 1 / 2;
  }
}
