import type { ChannelStatistics } from "../channels/index.ts";
import { EventTrail } from "./event-trail.ts";
import { HealthReasons } from "./health.ts";
import { type LoopFacts, LoopReport } from "./loop-report.ts";

/** Loops that have ended are still listed, up to so many. */
const MAX_ENDED = 20;

/** Names of loops that are not listed any more and whose counts are kept all the same. */
const MAX_RETIRED = 200;

export interface WatchedChannel {
  readonly name: string;
  statistics(): ChannelStatistics;
}

/** Something that an agent keeps an eye on, in words: `run 455644833`, `RUNNING`. */
export interface WatchedItem {
  readonly name: string;
  readonly state: string;
}

/** What a source is watching at the moment. It is asked once a second while somebody looks. */
export interface WatchedList {
  readonly name: string;
  items(): Iterable<WatchedItem>;
}

/** Of all loops of one name since the start. None of them ever goes down. */
export interface LoopCounts {
  readonly successes: number;
  readonly failures: number;
  /** Connections opened after a loop's first one. */
  readonly reconnects: number;
  readonly isPeriodic: boolean;
}

const NONE: LoopCounts = { successes: 0, failures: 0, reconnects: 0, isPeriodic: false };

/** What the run knows about itself: its loops, channels and troubles. The loops write it, the service shows it. */
export class Monitor {
  readonly health = new HealthReasons();
  readonly trail = new EventTrail();
  readonly #running = new Set<LoopReport>();
  readonly #ended: LoopReport[] = [];
  readonly #retired = new Map<string, LoopCounts>();
  readonly #channels = new Set<WatchedChannel>();
  readonly #lists = new Set<WatchedList>();

  /** Those that run, in the order of their start, then the latest of those that have ended. */
  get loops(): readonly LoopFacts[] {
    return [...this.#running, ...this.#ended];
  }

  get channels(): readonly WatchedChannel[] {
    return [...this.#channels];
  }

  get lists(): readonly WatchedList[] {
    return [...this.#lists];
  }

  /** By the loops' names, those included that are not listed any more. */
  counts(): ReadonlyMap<string, LoopCounts> {
    const counts = new Map(this.#retired);
    for (const loop of this.loops) counts.set(loop.name, plus(counts.get(loop.name), loop));
    return counts;
  }

  openLoop(name: string, path: readonly string[]): LoopReport {
    const report = new LoopReport(name, path);
    this.#running.add(report);
    return report;
  }

  endLoop(report: LoopReport): void {
    report.ended();
    this.#running.delete(report);
    this.#ended.push(report);
    const oldest = this.#ended.length > MAX_ENDED ? this.#ended.shift() : undefined;
    if (oldest !== undefined) this.#retire(oldest);
  }

  /** @returns what ends it */
  watchChannel(channel: WatchedChannel): () => void {
    this.#channels.add(channel);
    return () => this.#channels.delete(channel);
  }

  /** @returns what ends it */
  watchList(list: WatchedList): () => void {
    this.#lists.add(list);
    return () => this.#lists.delete(list);
  }

  /** Dates what hot paths have only counted. Call it every now and then. */
  dateSuccesses(): void {
    const nowMs = performance.now();
    for (const loop of this.#running) loop.dateSuccesses(nowMs);
  }

  #retire(loop: LoopReport): void {
    const known = this.#retired.get(loop.name);
    if (known === undefined && this.#retired.size >= MAX_RETIRED) return;
    this.#retired.set(loop.name, plus(known, loop));
  }
}

function plus(sum: LoopCounts = NONE, { successes, failures, connection, periodMs }: LoopFacts): LoopCounts {
  return {
    successes: sum.successes + successes,
    failures: sum.failures + failures,
    reconnects: sum.reconnects + Math.max(0, (connection?.timesOpened ?? 0) - 1),
    isPeriodic: sum.isPeriodic || periodMs !== undefined,
  };
}
