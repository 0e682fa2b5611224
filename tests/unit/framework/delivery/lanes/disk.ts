import type { EventSource } from "../../../../../framework/delivery/lanes/index.ts";
import { Lanes, type QueuedEvent } from "../../../../../framework/delivery/lanes/index.ts";
import type { StoredEvent } from "../../../../../framework/delivery/store/index.ts";

/** Stands in for the disk: what is committed there, and what is done with. Its readings are counted. */
export class Disk implements EventSource {
  readonly settled = new Set<number>();
  readings = 0;
  rowsRead = 0;
  /** Makes bodies long. */
  padding = "";
  isBroken = false;
  #events: StoredEvent[] = [];
  #lastId = 0;

  get lastId(): number {
    return this.#lastId;
  }

  /** @returns what is committed, in order: one event for each lane that is named */
  commit(...lanes: readonly string[]): readonly StoredEvent[] {
    const events = lanes.map((lane): StoredEvent => {
      const id = ++this.#lastId;
      return {
        id,
        lane,
        type: "run-status",
        body: `{"id":${id}}${this.padding}`,
        queuedAt: 0,
        attempts: 0,
        dedupeKey: undefined,
      };
    });
    this.#events.push(...events);
    return events;
  }

  /** The store deletes what was settled. */
  flush(): void {
    this.#events = this.#events.filter(({ id }) => !this.settled.has(id));
    this.settled.clear();
  }

  isSettled(id: number): boolean {
    return this.settled.has(id);
  }

  eventsAfter(afterId: number, limit: number): readonly StoredEvent[] | undefined {
    return this.#read(({ id }) => id > afterId, limit);
  }

  eventsOfLane(lane: string, afterId: number, limit: number): readonly StoredEvent[] | undefined {
    return this.#read((event) => event.lane === lane && event.id > afterId, limit);
  }

  #read(matches: (event: StoredEvent) => boolean, limit: number): readonly StoredEvent[] | undefined {
    this.readings++;
    if (this.isBroken) return undefined;
    const rows = this.#events.filter(matches).slice(0, limit);
    this.rowsRead += rows.length;
    return rows;
  }
}

/** Lanes on a disk, with the turns that they have announced. */
export class Bench {
  readonly disk: Disk;
  readonly lanes: Lanes;
  turns = 0;
  /** Is called for each turn, as a worker that waits for one: at once. */
  onTurn = () => {};
  #isChangedByOthers = false;

  constructor(disk: Disk, { capacity = 1_024 }: { readonly capacity?: number } = {}) {
    this.disk = disk;
    this.lanes = new Lanes(disk, { capacity, lastId: disk.lastId, becameReady: () => this.#announce() });
    this.lanes.start();
  }

  /** Commits, and tells the lanes. */
  add(...lanes: readonly string[]): void {
    this.lanes.add(this.disk.commit(...lanes), !this.#isChangedByOthers);
  }

  /** As another process does. */
  addAsOther(...lanes: readonly string[]): void {
    this.disk.commit(...lanes);
    this.#isChangedByOthers = true;
  }

  /** Tells the lanes of what others have done. */
  extend(): void {
    this.#isChangedByOthers = false;
    this.lanes.extend(this.disk.lastId);
  }

  #announce(): void {
    this.turns++;
    this.onTurn();
  }

  /** Uses up turns until one gives an event. */
  take(): QueuedEvent | undefined {
    while (this.turns > 0) {
      this.turns--;
      const event = this.lanes.take();
      if (event !== undefined) return event;
    }
    return undefined;
  }

  takeAll(): readonly QueuedEvent[] {
    const events: QueuedEvent[] = [];
    for (let event = this.take(); event !== undefined; event = this.take()) events.push(event);
    return events;
  }

  settle(event: QueuedEvent): void {
    this.disk.settled.add(event.id);
    this.lanes.finish(event);
  }

  /** Takes and settles one after the other. @returns the ids */
  drain(): readonly number[] {
    const ids: number[] = [];
    for (let event = this.take(); event !== undefined; event = this.take()) {
      ids.push(event.id);
      this.settle(event);
    }
    return ids;
  }
}
