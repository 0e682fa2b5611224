import { ensure } from "effection";
import { type PeriodicTask, type SendChannel, type Task, useHealth, watchList } from "../../framework/core/index.ts";
import type { State } from "../../framework/delivery/index.ts";
import type { ObservabilityEvent } from "../../toolkit/observability/index.ts";
import type { DatabricksSettings } from "./configuration.ts";
import { Discovery } from "./discovery.ts";
import { TOOL } from "./events.ts";
import type { JobsApi } from "./jobs-api.ts";
import type { Remarks } from "./remarks.ts";
import { isRefusal } from "./trouble.ts";
import { type RunsState, type Watch, WatchList } from "./watch-list.ts";
import { Watcher } from "./watcher.ts";

export interface TaskParts {
  readonly api: JobsApi;
  readonly settings: DatabricksSettings;
  /** For how long an event that was sent is known, and not sent again. */
  readonly ledgerMs: number;
  /** What has been reported of each run. */
  readonly runs: RunsState;
  /** Up to when all runs are known. */
  readonly cursors: State<number>;
  readonly remarks: Remarks;
}

/**
 * Lists the runs, and hands over those of which something is new. Goes on where it was when the agent was stopped.
 * @param lookUps takes the runs that have to be looked up
 * @param reports takes those of which a list has shown enough, with what it has shown: bounded, it slows the listing down
 */
export function discoverRuns(
  { api, settings, ledgerMs, runs, cursors, remarks }: TaskParts,
  lookUps: SendChannel<Watch>,
  reports: SendChannel<Watch>,
): PeriodicTask<Watch> {
  return {
    name: "databricks.discover_runs",
    outbound: lookUps,
    *open({ log, send }) {
      yield* ensure(() => reports.close());
      const watches = new WatchList(runs);
      const ask = (watch: Watch) => (watch.sighting === undefined ? send(watch) : reports.send(watch));
      const discovery = new Discovery({ api, watches, cursors, settings, ledgerMs, remarks, log, ask });
      yield* discovery.load();
      yield* watchList("runs", () => watches.goingOn());
      log.info({ runs: watches.size }, "Watching the runs of Databricks.");
      const health = yield* useHealth();
      return function* () {
        try {
          yield* discovery.round();
          health.ok(TOOL);
        } catch (error) {
          if (isRefusal(error)) health.degraded(TOOL, error.message);
          throw error;
        }
      };
    },
  };
}

/** Looks at one run, and sends what is new. What goes wrong with it is its own: no other run suffers from it. */
export function watchRun(
  { api, settings, runs, remarks }: TaskParts,
  outbound: SendChannel<ObservabilityEvent>,
): Task<Watch, ObservabilityEvent> {
  return {
    name: "databricks.watch_run",
    outbound,
    *open({ log, send }) {
      const watcher = new Watcher({ api, state: runs, settings, remarks, log, send });
      return function* (watch) {
        try {
          yield* watcher.look(watch);
        } finally {
          watch.isAsked = false;
          watch.sighting = undefined;
        }
      };
    },
  };
}
