import type { StoredEvent } from "../store/index.ts";
import { Lane, type LaneKind } from "./lane.ts";

/** The lanes in memory. Each is ready, busy with one event, or put off. */
export class LaneTable {
  readonly #byKey = new Map<string, Lane>();
  readonly #ready: Readonly<Record<LaneKind, Lane[]>> = { backlog: [], fresh: [] };
  readonly #becameReady: () => void;
  #turn: LaneKind = "fresh";
  #bodies = 0;
  #characters = 0;
  #busy = 0;
  #putOff = 0;

  /** @param becameReady is called for each time a lane becomes ready */
  constructor(becameReady: () => void) {
    this.#becameReady = becameReady;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get ready(): number {
    return this.#ready.backlog.length + this.#ready.fresh.length;
  }

  get busy(): number {
    return this.#busy;
  }

  get putOff(): number {
    return this.#putOff;
  }

  /** Events in memory. */
  get bodies(): number {
    return this.#bodies;
  }

  /** Of their bodies. */
  get characters(): number {
    return this.#characters;
  }

  get(key: string): Lane | undefined {
    return this.#byKey.get(key);
  }

  /** A new lane, which becomes ready with its first event. */
  open(key: string, kind: LaneKind): Lane {
    const lane = new Lane(key, kind);
    this.#byKey.set(key, lane);
    return lane;
  }

  append(lane: Lane, event: StoredEvent): void {
    lane.append(event);
    this.#bodies++;
    this.#characters += event.body.length;
  }

  makeReady(lane: Lane): void {
    this.#ready[lane.kind].push(lane);
    this.#becameReady();
  }

  /** Takes out a ready lane: of the two kinds in turn, of one kind the one that has waited longest. */
  takeReady(): Lane | undefined {
    this.#turn = this.#turn === "fresh" ? "backlog" : "fresh";
    return this.#ready[this.#turn].shift() ?? this.#ready[this.#turn === "fresh" ? "backlog" : "fresh"].shift();
  }

  /** @returns the lane's oldest event, which it is busy with from now on; `undefined` when it has none here */
  begin(lane: Lane): StoredEvent | undefined {
    lane.busy = lane.queue.shift();
    if (lane.busy !== undefined) this.#busy++;
    return lane.busy;
  }

  /** Its event is done with. */
  finish(lane: Lane): void {
    this.#characters -= lane.busy?.body.length ?? 0;
    lane.busy = undefined;
    lane.attempts = 0;
    this.#busy--;
    this.#bodies--;
    this.goOn(lane);
  }

  /** Its event is to be tried again, at once. */
  giveBack(lane: Lane): void {
    if (lane.busy === undefined) return;
    lane.queue.unshift(lane.busy);
    lane.busy = undefined;
    this.#busy--;
    this.makeReady(lane);
  }

  /** Its event, or what could not be read of it, is to be tried again after so long. Until then it holds no bodies. */
  defer(lane: Lane, ms: number): void {
    this.#bodies -= lane.bodies;
    this.#characters -= lane.characters;
    if (lane.busy !== undefined) this.#busy--;
    lane.unload();
    this.#putOff++;
    lane.timer = setTimeout(() => {
      lane.timer = undefined;
      this.#putOff--;
      this.makeReady(lane);
    }, ms);
  }

  /** Ready again, or gone if it has no events. */
  goOn(lane: Lane): void {
    if (lane.hasMore) this.makeReady(lane);
    else this.#byKey.delete(lane.key);
  }

  /** Nothing becomes ready any more. */
  close(): void {
    for (const lane of this.#byKey.values()) clearTimeout(lane.timer);
    this.#byKey.clear();
    this.#ready.backlog.length = 0;
    this.#ready.fresh.length = 0;
  }
}
