import type { Operation } from "effection";
import { type TaskContext, ThrottledLog, unitOfWork } from "../../framework/core/index.ts";
import { type Logger, toError } from "../../toolkit/index.ts";
import type { ObservabilityEvent } from "../../toolkit/observability/index.ts";
import type { DatabricksSettings } from "./configuration.ts";
import { JobFilter } from "./job-filter.ts";
import type { JobsApi } from "./jobs-api.ts";
import type { Remarks } from "./remarks.ts";
import { type Report, report } from "./report.ts";
import { type Trouble, troubleOf } from "./trouble.ts";
import type { RunsState, Watch } from "./watch-list.ts";

/** So many answers in a row that a run is not there are no mistake: it was deleted, or has expired after 60 days. */
const GONE_AFTER = 5;
/** A run that could not be looked at for a week, for whatever reason, never will be. */
const HOPELESS_AFTER_MS = 7 * 86_400_000;
const LONGEST_BACKOFF_MS = 60_000;

export interface WatcherParts {
  readonly api: JobsApi;
  readonly state: RunsState;
  readonly settings: DatabricksSettings;
  readonly remarks: Remarks;
  readonly log: Logger;
  readonly send: TaskContext<ObservabilityEvent>["send"];
}

/** Looks at one run at a time, and reports what is new. */
export class Watcher {
  readonly #parts: WatcherParts;
  readonly #throttled: ThrottledLog;
  readonly #filter: JobFilter;

  constructor(parts: WatcherParts) {
    this.#parts = parts;
    this.#filter = new JobFilter(parts.settings.databricks_jobs);
    this.#throttled = new ThrottledLog(parts.log);
  }

  /** @throws what sending throws. What Databricks is to blame for is put down, and asked again later. */
  *look(watch: Watch): Operation<void> {
    let news: Report | undefined;
    try {
      news = yield* this.#newsOf(watch);
    } catch (error) {
      this.#noteFailure(watch, error);
      return;
    }
    if (news === undefined) {
      watch.isGivenUp = true;
      this.#parts.log.info({ runId: watch.runId }, "A run is no longer watched: its job is not in databricks_jobs.");
      return;
    }
    if (news.watched !== watch.reported) yield* this.#keep(watch, news);
    this.#noteSuccess(watch);
  }

  /** @returns `undefined` for a run that no list would have shown: its job was watched, before the agent was started again */
  *#newsOf(watch: Watch): Operation<Report | undefined> {
    const { api, remarks, settings } = this.#parts;
    const { run, asOfMs } = watch.sighting ?? (yield* api.get(watch.runId));
    if (!this.#filter.takes(run)) return undefined;
    if (watch.sighting === undefined) {
      remarks.about(run);
      watch.hasTasks = run.tasks !== undefined;
    }
    return report(watch.reported, run, { taskKey: settings.databricks_task_key, nowMs: asOfMs });
  }

  /** What is sent and what is remembered of it are kept together, or neither is. */
  *#keep(watch: Watch, { events, watched }: Report): Operation<void> {
    const { state, send } = this.#parts;
    const { isRecorded } = watch;
    watch.isRecorded = true; // from now on: a round must not put what was before over this
    try {
      yield* unitOfWork(function* () {
        for (const event of events) yield* send(event);
        yield* state.set(watch.runId, watched);
      });
    } catch (error) {
      watch.isRecorded = isRecorded;
      throw error;
    }
    watch.reported = watched;
  }

  #noteSuccess(watch: Watch): void {
    if (watch.failures > 0) this.#parts.log.info({ runId: watch.runId }, "A run can be looked at again.");
    watch.failures = 0;
    watch.timesGone = 0;
    watch.retryAtMs = 0;
    watch.isGivenUp = false;
    watch.dueAtMs = performance.now() + this.#parts.settings.databricks_failed_watch_period * 1000;
  }

  #noteFailure(watch: Watch, error: unknown): void {
    const { settings, log } = this.#parts;
    const nowMs = performance.now();
    const trouble = troubleOf(error);
    if (watch.failures === 0) watch.failingSinceMs = nowMs;
    watch.failures += 1;
    watch.timesGone = trouble === "gone" ? watch.timesGone + 1 : 0;
    const fields = { runId: watch.runId, reason: toError(error).message, failures: watch.failures };
    if (watch.timesGone >= GONE_AFTER || nowMs - watch.failingSinceMs > HOPELESS_AFTER_MS) {
      watch.isGivenUp = true;
      watch.retryAtMs = nowMs + settings.databricks_failed_watch_period * 1000; // should a list go on to show it
      log.warn(fields, "A run is no longer watched: Databricks does not show it any more.");
      return;
    }
    watch.retryAtMs = nowMs + backoffMs(trouble, watch.failures, settings);
    this.#throttled.warn(trouble, fields, "A run cannot be looked at; it is tried again later, and all others go on.");
  }
}

/** Who may not see a run will not see it soon. */
function backoffMs(trouble: Trouble, failures: number, settings: DatabricksSettings): number {
  const longestMs = trouble === "refused" ? settings.databricks_failed_watch_period * 1000 : LONGEST_BACKOFF_MS;
  return Math.min(settings.period * 1000 * 2 ** (failures - 1), longestMs);
}
