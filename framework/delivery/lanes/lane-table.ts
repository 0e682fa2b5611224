import type { StoredEvent } from "../store/index.ts";
import { Lane, type LaneKind } from "./lane.ts";
import { LaneGroup, type LaneLoad } from "./lane-load.ts";

/** The lanes in memory. Each is ready, busy with one event, or put off. */
export class LaneTable implements LaneLoad {
  readonly #byKey = new Map<string, Lane>();
  #groups: Readonly<Record<LaneKind, LaneGroup>> = { backlog: new LaneGroup(), fresh: new LaneGroup() };
  readonly #becameReady: () => void;
  #isHolding = false;
  #unannounced = 0;
  #turn: LaneKind = "fresh";
  #busy = 0;
  #putOff = 0;

  /** @param becameReady is called for each time a lane becomes ready; it may come back at once, and even close the table */
  constructor(becameReady: () => void) {
    this.#becameReady = becameReady;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get ready(): number {
    return this.#groups.backlog.ready.length + this.#groups.fresh.ready.length;
  }

  get busy(): number {
    return this.#busy;
  }

  get putOff(): number {
    return this.#putOff;
  }

  get lanes(): number {
    return this.#groups.backlog.lanes + this.#groups.fresh.lanes;
  }

  get bodies(): number {
    return this.#groups.backlog.bodies + this.#groups.fresh.bodies;
  }

  get characters(): number {
    return this.#groups.backlog.characters + this.#groups.fresh.characters;
  }

  /** What is taken up by the lanes of one kind. */
  of(kind: LaneKind): LaneLoad {
    return this.#groups[kind];
  }

  get(key: string): Lane | undefined {
    return this.#byKey.get(key);
  }

  /** A new lane, which becomes ready with its first event. */
  open(key: string, kind: LaneKind): Lane {
    const lane = new Lane(key, kind);
    this.#byKey.set(key, lane);
    this.#groups[kind].lanes++;
    return lane;
  }

  append(lane: Lane, event: StoredEvent): void {
    const group = this.#groups[lane.kind];
    lane.append(event);
    group.bodies++;
    group.characters += event.body.length;
  }

  makeReady(lane: Lane): void {
    this.#groups[lane.kind].ready.push(lane);
    if (this.#isHolding) this.#unannounced++;
    else this.#becameReady();
  }

  /** Until `announce()`, nobody is told of lanes that become ready: so nobody comes back in the middle of something. */
  hold(): void {
    this.#isHolding = true;
  }

  announce(): void {
    this.#isHolding = false;
    while (this.#unannounced > 0) {
      this.#unannounced--;
      this.#becameReady();
    }
  }

  /** Takes out a ready lane: of the two kinds in turn, of one kind the one that has waited longest. */
  takeReady(): Lane | undefined {
    this.#turn = other(this.#turn);
    return this.#groups[this.#turn].ready.shift() ?? this.#groups[other(this.#turn)].ready.shift();
  }

  /** @returns the lane's oldest event, which it is busy with from now on; `undefined` when it has none here */
  begin(lane: Lane): StoredEvent | undefined {
    lane.busy = lane.queue.shift();
    if (lane.busy !== undefined) this.#busy++;
    return lane.busy;
  }

  /** Its event is done with. */
  finish(lane: Lane): void {
    const group = this.#groups[lane.kind];
    group.bodies--;
    group.characters -= lane.busy?.body.length ?? 0;
    if (lane.isSetBack) group.lanes++;
    lane.isSetBack = false;
    lane.busy = undefined;
    lane.attempts = 0;
    this.#busy--;
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
    const group = this.#groups[lane.kind];
    group.bodies -= lane.bodies;
    group.characters -= lane.characters;
    if (!lane.isSetBack) group.lanes--;
    lane.isSetBack = true;
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
    if (lane.hasMore) {
      this.makeReady(lane);
      return;
    }
    this.#byKey.delete(lane.key);
    if (!lane.isSetBack) this.#groups[lane.kind].lanes--;
  }

  /** Nothing becomes ready any more. */
  close(): void {
    for (const lane of this.#byKey.values()) clearTimeout(lane.timer);
    this.#byKey.clear();
    this.#groups = { backlog: new LaneGroup(), fresh: new LaneGroup() };
    this.#unannounced = 0;
    this.#busy = 0;
    this.#putOff = 0;
  }
}

function other(kind: LaneKind): LaneKind {
  return kind === "fresh" ? "backlog" : "fresh";
}
