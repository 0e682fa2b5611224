import type { StoredEvent } from "../store/index.ts";

/** `backlog` was on disk before, `fresh` came just now: the two take turns, so that neither waits for the other. */
export type LaneKind = "backlog" | "fresh";

/** The events of one run that are in memory, oldest first, and what is known of those that are on disk only. */
export class Lane {
  readonly key: string;
  readonly kind: LaneKind;
  readonly queue: StoredEvent[] = [];
  /** The event that is being delivered. */
  busy: StoredEvent | undefined;
  /** How often its oldest event was tried. */
  attempts = 0;
  /** It was put off, and none of its events has been done with since. */
  isSetBack = false;
  /** Events up to this id have been here. */
  lastId = 0;
  /** Events after `lastId` may be on disk that no reading brings but the lane's own. */
  needsRefill = false;
  /** As far as this id, all of its events have been here. */
  knownTo = 0;
  /** Runs out when it may be tried again. */
  timer: ReturnType<typeof setTimeout> | undefined;

  constructor(key: string, kind: LaneKind) {
    this.key = key;
    this.kind = kind;
  }

  /** How many events it holds. */
  get bodies(): number {
    return this.queue.length + (this.busy === undefined ? 0 : 1);
  }

  /** Of their bodies. */
  get characters(): number {
    return this.queue.reduce((sum, { body }) => sum + body.length, this.busy?.body.length ?? 0);
  }

  get hasMore(): boolean {
    return this.queue.length > 0 || this.needsRefill;
  }

  append(event: StoredEvent): void {
    this.queue.push(event);
    this.lastId = event.id;
  }

  /** Forgets its bodies: they are read again, from `busy` on. */
  unload(): void {
    const first = this.busy ?? this.queue[0];
    if (first === undefined) return;
    this.lastId = first.id - 1;
    this.needsRefill = true;
    this.busy = undefined;
    this.queue.length = 0;
  }
}
