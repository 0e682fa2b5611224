import type { Operation } from "effection";
import type { WatchedItem } from "../../framework/core/index.ts";
import type { State } from "../../framework/delivery/index.ts";
import type { Run } from "./replies.ts";
import { isOver, unreported, WatchedRun } from "./watched-run.ts";

/** The name and the form of what is kept of runs across restarts, by run id. */
export const RUNS_STATE = { name: "databricks.runs", schema: WatchedRun } as const;
export type RunsState = State<WatchedRun>;

/** A run that is watched. Between two looks it is no more than this: no task, no timer. */
export class Watch {
  readonly runId: string;
  readonly jobId: string;
  /** What has been reported, and is on disk. */
  reported: WatchedRun;
  /** What a list has shown of it since, and is enough to report from; otherwise it has to be looked up. */
  sighting: { readonly run: Run; readonly asOfMs: number } | undefined;
  /** False when it has been looked up and has none: lists then tell all there is. */
  hasTasks = true;
  /** It has a watcher, or waits for one. */
  isAsked = false;
  /** It is in the state, or about to be. */
  isRecorded: boolean;
  /** The round in which a list has shown it last. */
  round = 0;
  /** After a look that failed, the next is not before this; on the clock of `performance.now()`. */
  retryAtMs = 0;
  /** A failed run is looked up again at this time, on the same clock. */
  dueAtMs = 0;
  /** Looks that have failed in a row. */
  failures = 0;
  /** When the first of them was, on the same clock. */
  failingSinceMs = 0;
  /** How often in a row it was not there. */
  timesGone = 0;
  /** Nobody asks for it any more, whatever it last was. */
  isGivenUp = false;

  constructor(runId: string, reported: WatchedRun, isRecorded: boolean) {
    this.runId = runId;
    this.jobId = reported.jobId;
    this.reported = reported;
    this.isRecorded = isRecorded;
  }
}

/** All runs that are watched, and those that are not to be taken for new ones when a list shows them again. */
export class WatchList {
  readonly #state: RunsState;
  readonly #watches = new Map<string, Watch>();

  constructor(state: RunsState) {
    this.#state = state;
  }

  get size(): number {
    return this.#watches.size;
  }

  /** Takes up what was watched before the agent was started again. */
  *load(): Operation<void> {
    for (const [runId, reported] of yield* this.#state.entries()) {
      this.#watches.set(runId, new Watch(runId, reported, true));
    }
  }

  [Symbol.iterator](): IterableIterator<Watch> {
    return this.#watches.values();
  }

  /** The runs that are still looked at, in words. */
  *goingOn(): Generator<WatchedItem> {
    for (const { runId, jobId, reported, isGivenUp } of this.#watches.values()) {
      if (!isGivenUp && !isOver(reported)) yield { name: `run ${runId} of job ${jobId}`, state: reported.progress };
    }
  }

  /** The run's watch; a new one for a run that is not on record. */
  of(run: Run, asOfMs: number, toldUntilMs: number): Watch {
    const known = this.#watches.get(run.runId);
    if (known !== undefined) return known;
    const watch = new Watch(run.runId, unreported(run, asOfMs, toldUntilMs), false);
    this.#watches.set(run.runId, watch);
    return watch;
  }

  /** Puts into the state, as part of the running unit of work, the new runs that have not been reported yet. */
  *record(): Operation<void> {
    for (const watch of this.#watches.values()) {
      if (watch.isRecorded) continue;
      watch.isRecorded = true;
      yield* this.#state.set(watch.runId, watch.reported);
    }
  }

  *forget({ runId }: Watch): Operation<void> {
    this.#watches.delete(runId);
    yield* this.#state.delete(runId);
  }
}

/** Times are by the clock of Databricks, epoch ms. */
export interface Staleness {
  /** Lists show no run that began before, but those that go on. */
  readonly fromMs: number;
  /** Runs that failed before then are not watched any longer. */
  readonly oldestFailureMs: number;
  readonly round: number;
}

/**
 * Can a watch be forgotten? Not while a list may still show the run, for it would be taken for a new one; and some lists
 * are a little behind.
 */
export function isStale({ reported, ...watch }: Watch, { fromMs, oldestFailureMs, round }: Staleness): boolean {
  if (watch.isAsked || watch.round === round) return false;
  if (Math.max(reported.startMs, reported.endedAtMs) >= fromMs) return false;
  const isLongFailed = reported.progress === "FAILED" && reported.endedAtMs < oldestFailureMs;
  return isLongFailed || watch.isGivenUp || isOver(reported);
}
