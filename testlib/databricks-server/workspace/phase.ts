/** The deprecated `state.life_cycle_state`. */
export type LifeCycleState =
  | "QUEUED"
  | "PENDING"
  | "RUNNING"
  | "TERMINATING"
  | "TERMINATED"
  | "SKIPPED"
  | "INTERNAL_ERROR"
  | "BLOCKED"
  | "WAITING_FOR_RETRY";

/** The deprecated `state.result_state`. */
export type ResultState =
  | "SUCCESS"
  | "FAILED"
  | "TIMEDOUT"
  | "CANCELED"
  | "MAXIMUM_CONCURRENT_RUNS_REACHED"
  | "UPSTREAM_FAILED"
  | "UPSTREAM_CANCELED"
  | "EXCLUDED"
  | "SUCCESS_WITH_FAILURES"
  | "DISABLED"
  | "SKIPPED";

/** Texts that the API does not have are allowed: clients have to cope with those of tomorrow. */
type OrUnknown<Known extends string> = Known | (string & {});

/** What the API says about a run, or a task in it, for a while. */
export interface Phase {
  readonly state: OrUnknown<LifeCycleState>;
  /** Of ended ones only. */
  readonly result?: OrUnknown<ResultState>;
  /** `state_message` and `termination_details.message`; empty by default. */
  readonly message?: string;
  /** `termination_details.code` and `.type`; what goes with the result by default. */
  readonly code?: string;
  readonly type?: string;
}

const endStates: ReadonlySet<string> = new Set(["TERMINATED", "SKIPPED", "INTERNAL_ERROR"]);
const startedStates: ReadonlySet<string> = new Set(["RUNNING", "TERMINATING"]);
const resultsOfStarted: ReadonlySet<string> = new Set(["SUCCESS", "SUCCESS_WITH_FAILURES", "FAILED", "TIMEDOUT"]);

export function isEnded({ state }: Phase): boolean {
  return endStates.has(state);
}

/** Nothing can get into this phase without having been started. */
export function isStarted({ state, result = "" }: Phase): boolean {
  return startedStates.has(state) || (state !== "SKIPPED" && resultsOfStarted.has(result));
}
