import type { Operation } from "effection";
import { runHandle } from "../../framework/core/index.ts";
import type { HttpClient } from "../../framework/http/index.ts";
import type { DatabricksSettings } from "./configuration.ts";
import { getRun, type ListInput, listRuns, type RunPage } from "./handles.ts";
import { readPages } from "./pages.ts";
import { type Run, withMore } from "./replies.ts";
import { RequestBudget } from "./request-budget.ts";

/** What is asked of Databricks, within what may be asked of it. */
export interface JobsApi {
  /**
   * Lists runs, newest first; `take` is called with each page as it comes.
   * @throws {AgentError} what `listRuns` and `readPages` throw, `E_TOO_SLOW`
   */
  list(input: Omit<ListInput, "pageToken">, take: (page: RunPage) => Operation<void>): Operation<void>;
  /**
   * One run with all of its tasks and repairs.
   * @throws {AgentError} what `getRun` and `readPages` throw, `E_TOO_SLOW`
   */
  get(runId: string): Operation<Details>;
}

export interface Details {
  readonly run: Run;
  /** The time by the clock of Databricks, epoch ms. */
  readonly asOfMs: number;
}

/** @param maxConnections of the client: more requests at a time would only wait for each other */
export function jobsApi(client: HttpClient, settings: DatabricksSettings, maxConnections: number): JobsApi {
  const { databricks_jobs_version: version, timeout } = settings;
  const budget = new RequestBudget({
    perSecond: settings.databricks_max_requests_per_second,
    concurrency: Math.min(settings.databricks_max_concurrent_requests, maxConnections),
  });
  const timed = timeout > 0 ? { timeoutMs: timeout * 1000 } : {};
  const list = listRuns(client, version);
  const get = getRun(client, version);
  return {
    *list(input, take) {
      const read = (pageToken: string | undefined) =>
        budget.use("list", () => runHandle(list, { ...input, pageToken }, timed));
      yield* readPages("The list of runs", read, take);
    },
    *get(runId) {
      let details: Details | undefined;
      const read = (pageToken: string | undefined) =>
        budget.use("run", () => runHandle(get, { runId, pageToken }, timed));
      yield* readPages(`Run ${runId}`, read, function* ({ run, asOfMs }) {
        details = { run: details === undefined ? run : withMore(details.run, run), asOfMs };
      });
      if (details === undefined) throw new TypeError("There is no first page."); // readPages reads one, or throws
      return details;
    },
  };
}
