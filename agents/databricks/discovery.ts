import type { Operation } from "effection";
import { ThrottledLog } from "../../framework/core/index.ts";
import type { State } from "../../framework/delivery/index.ts";
import { type Logger, toError } from "../../toolkit/index.ts";
import type { DatabricksSettings } from "./configuration.ts";
import type { RunPage } from "./handles.ts";
import { JobFilter, type JobQuery } from "./job-filter.ts";
import type { JobsApi } from "./jobs-api.ts";
import type { Remarks } from "./remarks.ts";
import type { Run } from "./replies.ts";
import { needOf } from "./sighting.ts";
import { explained, isAboutJob } from "./trouble.ts";
import { isStale, type Staleness, type Watch, type WatchList } from "./watch-list.ts";
import { isOver } from "./watched-run.ts";

/** Lists are asked for runs that began so long before the last look: some turn up late. */
const OVERLAP_MS = 60_000;
/** Failed runs, of which there may be thousands, get no more of the requests than this. */
const SHARE_OF_FAILED = 1 / 4;

export interface DiscoveryParts {
  readonly api: JobsApi;
  readonly watches: WatchList;
  /** Up to when each query has seen all runs, by the clock of Databricks; kept across restarts. */
  readonly cursors: State<number>;
  readonly settings: DatabricksSettings;
  /** For how long an event that was sent is known, and not sent again. */
  readonly ledgerMs: number;
  readonly remarks: Remarks;
  readonly log: Logger;
  /** Has a watcher look at a run. */
  readonly ask: (watch: Watch) => Operation<void>;
}

interface Reading {
  readonly query: JobQuery;
  readonly asOfMs: number;
  /** The runs that began since then were asked for. */
  readonly fromMs: number;
}

interface Failure {
  readonly query: JobQuery;
  readonly error: unknown;
}

/** Finds out which runs there are, and which of them have to be looked at. */
export class Discovery {
  readonly #parts: DiscoveryParts;
  readonly #filter: JobFilter;
  readonly #throttled: ThrottledLog;
  readonly #failedPerRound: number;
  #cursors: ReadonlyMap<string, number> = new Map();
  /** The last look before the agent was started: a query that is new since then goes on there, too. */
  #stoppedAtMs = Number.POSITIVE_INFINITY;
  #round = 0;

  constructor(parts: DiscoveryParts) {
    const { settings, log } = parts;
    this.#parts = parts;
    this.#filter = new JobFilter(settings.databricks_jobs);
    this.#throttled = new ThrottledLog(log);
    const requests = settings.period * settings.databricks_max_requests_per_second;
    this.#failedPerRound = Math.max(1, Math.floor(requests * SHARE_OF_FAILED));
  }

  /** Takes up what was known before the agent was started again. */
  *load(): Operation<void> {
    yield* this.#parts.watches.load();
    this.#cursors = new Map(yield* this.#parts.cursors.entries());
    if (this.#cursors.size > 0) this.#stoppedAtMs = Math.max(...this.#cursors.values());
  }

  /**
   * Looks at all runs there are. Runs are handed over to be looked at as they are found, whatever else fails; the cursor
   * only moves when nothing has.
   * @throws the first error of those that a query ended with
   */
  *round(): Operation<void> {
    this.#round += 1;
    const readings: Reading[] = [];
    const failures: Failure[] = [];
    const refusals: Failure[] = [];
    for (const query of this.#filter.queries) {
      try {
        readings.push(yield* this.#read(query));
      } catch (error) {
        const isRefused = query.jobId !== undefined && isAboutJob(error);
        (isRefused ? refusals : failures).push({ query, error });
      }
    }
    // A job whose runs are refused for good says nothing of those that go on, so they are looked up all the same.
    yield* this.#askForTheRest(new Set(failures.map(({ query }) => query.key)));
    // Where no list can be read, it is not the jobs that are to blame.
    const [failure] = readings.length > 0 ? failures : [...failures, ...refusals];
    if (failure !== undefined) throw explained(failure.error);
    for (const refusal of refusals) this.#remarkJob(refusal);
    yield* this.#conclude(readings);
  }

  /** The runs that go on come first: one that ends between the two lists is then in both, and not in none. */
  *#read(query: JobQuery): Operation<Reading> {
    const { api } = this.#parts;
    const { jobId } = query;
    let asOfMs: number | undefined;
    const take = (page: RunPage) => {
      asOfMs ??= page.asOfMs;
      return this.#take(page, this.#fromMs(query, asOfMs));
    };
    yield* api.list({ jobId, activeOnly: true }, take);
    const nowMs = asOfMs ?? Date.now();
    const fromMs = this.#fromMs(query, nowMs);
    yield* api.list({ jobId, startTimeFrom: fromMs }, take);
    return { query, asOfMs: nowMs, fromMs };
  }

  /** Runs that began before then have been seen, or are no matter of ours. */
  #fromMs({ key }: JobQuery, nowMs: number): number {
    const lookbackMs = this.#parts.settings.databricks_start_lookback * 1000;
    const cursorMs = this.#cursors.get(key) ?? Math.min(this.#stoppedAtMs, nowMs - lookbackMs);
    // Their clock may have been set back.
    return Math.max(0, Math.floor(Math.min(cursorMs, nowMs) - OVERLAP_MS));
  }

  /** @param fromMs a run that began before and is not on record was, once; what it did then may not be in the ledger any more */
  *#take({ items, malformed, asOfMs }: RunPage, fromMs: number): Operation<void> {
    const { remarks, watches, ledgerMs } = this.#parts;
    for (const reason of malformed) remarks.skipped(reason);
    for (const run of items) {
      if (!this.#filter.takes(run)) continue;
      remarks.about(run);
      const isOld = run.startMs > 0 && run.startMs < fromMs;
      const watch = watches.of(run, asOfMs, isOld ? asOfMs - ledgerMs : 0);
      watch.round = this.#round;
      yield* this.#compare(watch, run, asOfMs);
    }
  }

  *#compare(watch: Watch, run: Run, asOfMs: number): Operation<void> {
    if (watch.isAsked || performance.now() < watch.retryAtMs) return;
    const need = needOf(watch.reported, run, watch.hasTasks);
    if (need !== "nothing") yield* this.#ask(watch, need === "report" ? { run, asOfMs } : undefined);
  }

  *#ask(watch: Watch, sighting?: Watch["sighting"]): Operation<void> {
    watch.isAsked = true;
    watch.sighting = sighting;
    yield* this.#parts.ask(watch);
  }

  /** Runs that were going on and are in no list have ended; failed ones are looked at now and then. */
  *#askForTheRest(unreadable: ReadonlySet<string>): Operation<void> {
    const nowMs = performance.now();
    const failed: Watch[] = [];
    for (const watch of this.#parts.watches) {
      const { reported, jobId, round, isAsked, isGivenUp, retryAtMs, dueAtMs } = watch;
      if (isAsked || isGivenUp || nowMs < retryAtMs || isOver(reported)) continue;
      if (unreadable.has("all") || unreadable.has(jobId)) continue;
      if (reported.progress === "FAILED") {
        if (nowMs >= dueAtMs) failed.push(watch);
      } else if (round !== this.#round) {
        yield* this.#ask(watch);
      }
    }
    failed.sort((one, other) => one.dueAtMs - other.dueAtMs);
    for (const watch of failed.slice(0, this.#failedPerRound)) yield* this.#ask(watch);
  }

  /** The end of a round in which all went well. Part of the tick's unit of work, so nothing may fail after it. */
  *#conclude(readings: readonly Reading[]): Operation<void> {
    const { watches, cursors, settings, log } = this.#parts;
    const nowMs = Math.min(...readings.map(({ asOfMs }) => asOfMs));
    const stale: Staleness = {
      fromMs: Math.min(...readings.map((reading) => reading.fromMs)),
      oldestFailureMs: nowMs - settings.databricks_failed_watch_max_time * 1000,
      round: this.#round,
    };
    for (const watch of [...watches].filter((each) => isStale(each, stale))) {
      const { runId, reported } = watch;
      if (reported.progress === "FAILED") log.info({ runId }, "A run that has failed long ago is no longer watched.");
      yield* watches.forget(watch);
    }
    for (const { query, asOfMs } of readings) yield* cursors.set(query.key, asOfMs);
    // One that is asked again some day is to begin anew, and not where it was then.
    const asked = new Set(this.#filter.queries.map(({ key }) => key));
    for (const key of this.#cursors.keys()) if (!asked.has(key)) yield* cursors.delete(key);
    const kept = [...this.#cursors].filter(([key]) => asked.has(key));
    this.#cursors = new Map([...kept, ...readings.map(({ query, asOfMs }) => [query.key, asOfMs] as const)]);
    yield* watches.record();
  }

  #remarkJob({ query: { jobId }, error }: Failure): void {
    const fields = { jobId, reason: toError(error).message };
    const text = "Databricks does not show the runs of a job in databricks_jobs; the others are watched.";
    this.#throttled.warn(`job ${jobId}`, fields, text);
  }
}
