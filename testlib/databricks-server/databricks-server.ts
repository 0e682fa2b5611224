import type { Operation } from "effection";
import type { Auth, CredentialKind } from "./auth/index.ts";
import type { DatabricksObligation, Exposure, ObligationOptions } from "./exposure/index.ts";
import type { DatabricksFaults } from "./faults/index.ts";
import type { DatabricksStoryOptions } from "./story/index.ts";
import type { TrafficState } from "./traffic/index.ts";
import type { Id, Job, JobRun, JobSettings, RunSettings } from "./workspace/index.ts";

export interface DatabricksServerOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly host?: string;
  /** The server's clock is ahead of the machine's by this much; less than 0: behind. */
  readonly skewMs?: number;
  /** What the server's clock is set by, epoch ms; the machine's by default. */
  readonly clock?: { now(): number };
  /** Jobs that run by themselves. Without it nothing happens but what a test scripts. */
  readonly story?: DatabricksStoryOptions;
  /** A personal access token; `standInCredentials.token` by default. */
  readonly token?: string;
  /** Faults prepared before the first request; later ones through `databricks.faults`. */
  readonly faults?: DatabricksFaults;
  /** Version 2.1 shows lists of tasks in pages too, as its reference now says; whole by default, as it does. */
  readonly pagesLists21?: boolean;
  /** What `run_page_url` begins with. */
  readonly pageUrl?: string;
  /** Newest runs of the story, requests and exposures kept, of each; 5,000 by default. */
  readonly maxKept?: number;
}

/** A running stand-in for a Databricks workspace. */
export interface DatabricksServer extends TrafficState {
  /** What an agent's `databricks_host` is set to. */
  readonly url: string;
  readonly port: number;
  /** Where Microsoft Entra stands in: an agent's `authority`. */
  readonly signInUrl: string;
  readonly auth: Auth;
  readonly faults: DatabricksFaults;
  /** May be changed at any time. */
  skewMs: number;
  /** Epoch ms by the server's clock. */
  now(): number;

  readonly jobs: {
    /** @throws {AgentError} `E_DATABRICKS_SCRIPT` when the id is taken */
    add(settings?: JobSettings): Job;
  };
  /**
   * Starts a run of a job: it is RUNNING, and its tasks wait, unless told otherwise.
   * @throws {AgentError} `E_DATABRICKS_SCRIPT`
   */
  start(job: Job | Id, settings?: RunSettings): JobRun;
  /** Starts a one-time run: `SUBMIT_RUN`, of a job that the API does not list. */
  submit(settings?: RunSettings): JobRun;
  /** All runs there are, planned and deleted ones too, the oldest first. */
  readonly runs: readonly JobRun[];

  /** What replies have shown so far, each phase of a run or task once, in this order. */
  readonly exposures: readonly Exposure[];
  /** What Observability is owed by now: to be compared with what it got, by `compare`. */
  obligations(options?: ObligationOptions): readonly DatabricksObligation[];

  /** Closes every connection and the port; what is returned opens it again. */
  refuseConnections(): () => void;
  /** The environment variables that lead an agent here. */
  envFor(kind: CredentialKind): Readonly<Record<string, string>>;
  /** Waits until `reached` is true. Asks at once, and whenever a request has come or its answer has left. */
  until(reached: (server: DatabricksServer) => boolean): Operation<void>;
}
