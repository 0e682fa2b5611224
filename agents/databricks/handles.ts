import type { Handle } from "../../framework/core/index.ts";
import { DEFAULT_RETRY, type HttpClient, type HttpResponse, type Query } from "../../framework/http/index.ts";
import { toError } from "../../toolkit/index.ts";
import { nextTokenOf, type Page, type Run, toPage, toRun } from "./replies.ts";

export interface ListInput {
  /** Runs of this job only. */
  readonly jobId?: string | undefined;
  /** Runs that go on, or are about to. */
  readonly activeOnly?: boolean;
  /** Runs that began then or later, epoch ms. */
  readonly startTimeFrom?: number;
  readonly pageToken: string | undefined;
}

export interface RunPage extends Page<Run> {
  /** The time by the clock of Databricks, epoch ms. */
  readonly asOfMs: number;
  /** What was wrong with the runs that were left out. */
  readonly malformed: readonly string[];
}

export interface GetInput {
  readonly runId: string;
  readonly pageToken: string | undefined;
}

export interface DetailsPage {
  readonly run: Run;
  readonly nextToken: string | undefined;
  readonly asOfMs: number;
}

/** The most that Databricks gives at a time. */
const RUNS_PER_PAGE = 25;

/** A 429 is for the request budget, which then holds back all requests and not this one alone. */
const RETRY = { ...DEFAULT_RETRY, statuses: new Set([...DEFAULT_RETRY.statuses].filter((status) => status !== 429)) };

/**
 * Lists runs with their tasks, newest first, one page. A run that nothing can be made of is left out.
 * @param version of the Jobs API. 2.2 gives the first 100 tasks of a run, and says `hasMoreTasks`
 * @throws {AgentError} `E_HTTP_STATUS`, `E_REPLY_SHAPE`, and what `HttpClient.request` throws
 * @see Jobs API, "List job runs"
 */
export function listRuns(client: HttpClient, version: string): Handle<ListInput, HttpResponse, RunPage> {
  return {
    name: "databricks.list_runs",
    *preHook() {},
    *handle({ jobId, activeOnly, startTimeFrom, pageToken }) {
      return yield* get(client, `api/${version}/jobs/runs/list`, {
        expand_tasks: true,
        limit: RUNS_PER_PAGE,
        active_only: activeOnly || undefined,
        job_id: jobId,
        start_time_from: startTimeFrom,
        page_token: pageToken,
      });
    },
    *postHook(response) {
      const { items, nextToken } = toPage(response.expectOk().json(), response.description);
      const malformed: string[] = [];
      const runs = items.flatMap((item) => {
        try {
          return [toRun(item, "An entry of the list")];
        } catch (error) {
          malformed.push(toError(error).message);
          return [];
        }
      });
      return { items: runs, nextToken, malformed, asOfMs: timeOf(response) };
    },
  };
}

/**
 * One run with its repairs, and the first or next 100 of its tasks.
 * @throws {AgentError} as `listRuns`; `E_HTTP_STATUS` with 400 or 404 for a run that is not there any more
 * @see Jobs API, "Get a single job run"
 */
export function getRun(client: HttpClient, version: string): Handle<GetInput, HttpResponse, DetailsPage> {
  return {
    name: "databricks.get_run",
    *preHook() {},
    *handle({ runId, pageToken }) {
      const query = { run_id: runId, include_history: true, page_token: pageToken };
      return yield* get(client, `api/${version}/jobs/runs/get`, query);
    },
    *postHook(response) {
      const body = response.expectOk().json();
      const run = toRun(body, response.description);
      return { run, nextToken: nextTokenOf(body), asOfMs: timeOf(response) };
    },
  };
}

function get(client: HttpClient, path: string, query: Query) {
  return client.request({ method: "GET", path, query, headers: { accept: "application/json" }, retry: RETRY });
}

/** Its own word for the time of the reply; ours, where a proxy has taken that off. */
function timeOf({ headers }: HttpResponse): number {
  return Date.parse(headers.date ?? "") || Date.now();
}
