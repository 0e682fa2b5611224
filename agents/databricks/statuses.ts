import type { RunStatus } from "../../toolkit/observability/index.ts";

/** PENDING: it has not begun, or nobody can tell; there is nothing to report yet. */
export type Progress = "PENDING" | Exclude<RunStatus, "UNKNOWN">;

/** What has become of a run or task, as far as Databricks tells. */
export interface Outcome {
  readonly progress: Progress;
  /** The words of Databricks for how it ended; empty before then. */
  readonly reason: string;
  /** Databricks' own explanation; empty when there is none. */
  readonly message: string;
  /** A word that this agent does not know, with where it stood: `life_cycle_state PAUSED`. */
  readonly unknown?: string;
}

/** What replies say of it: `state`, and in its place since version 2.2 `status`. */
export interface StatedState {
  readonly state?: LegacyState | null | undefined;
  readonly status?: Status | null | undefined;
  /** Epoch ms; 0 for not yet. */
  readonly startMs: number;
}

type Word = string | null | undefined;

export interface LegacyState {
  readonly life_cycle_state?: Word;
  readonly result_state?: Word;
  readonly state_message?: Word;
}

export interface Status {
  readonly state?: Word;
  readonly termination_details?: { readonly code?: Word; readonly message?: Word } | null | undefined;
}

const ENDED = new Set<Progress>(["COMPLETED", "COMPLETED_WITH_WARNINGS", "FAILED"]);

export function isEnded(progress: Progress): boolean {
  return ENDED.has(progress);
}

/** How runs end that do not fail for good; all else of these kinds fails. */
const ENDS: ReadonlyMap<string, Progress> = new Map<string, Progress>([
  ["SUCCESS", "COMPLETED"],
  ["SUCCESS_WITH_FAILURES", "COMPLETED_WITH_WARNINGS"],
  ["EXCLUDED", "COMPLETED_WITH_WARNINGS"],
  ["DISABLED", "COMPLETED_WITH_WARNINGS"],
  ["SKIPPED", "COMPLETED_WITH_WARNINGS"],
]);
const FAILURES: ReadonlySet<string> = new Set([
  "FAILED",
  "TIMEDOUT",
  "CANCELED",
  "MAXIMUM_CONCURRENT_RUNS_REACHED",
  "UPSTREAM_FAILED",
  "UPSTREAM_CANCELED",
]);
/** Of `status.termination_details.code`; there are dozens of failures, and new ones now and then. */
const CODES: ReadonlyMap<string, Progress> = new Map<string, Progress>([
  ...ENDS,
  ["MAX_CONCURRENT_RUNS_EXCEEDED", "COMPLETED_WITH_WARNINGS"],
  ["MAX_JOB_QUEUE_SIZE_EXCEEDED", "COMPLETED_WITH_WARNINGS"],
]);

/**
 * What Databricks says, in our words.
 * @see Jobs API, RunState and RunStatus
 */
export function outcomeOf({ state, status, startMs }: StatedState): Outcome {
  const old = state?.life_cycle_state ? fromState(state, state.life_cycle_state, startMs) : undefined;
  if (old !== undefined && old.unknown === undefined) return old;
  if (status?.state) return fromStatus(status, status.state, startMs);
  return old ?? { progress: "PENDING", reason: "", message: "", unknown: "no state" };
}

function fromState(state: LegacyState, lifeCycle: string, startMs: number): Outcome {
  const result = state.result_state ?? "";
  const message = state.state_message ?? "";
  switch (lifeCycle) {
    case "SKIPPED":
      return { progress: "COMPLETED_WITH_WARNINGS", reason: "SKIPPED", message };
    case "INTERNAL_ERROR": {
      const progress = result === "SKIPPED" ? "COMPLETED_WITH_WARNINGS" : "FAILED";
      return { progress, reason: result || lifeCycle, message };
    }
    case "TERMINATED": {
      const progress = ENDS.get(result);
      if (progress !== undefined) return { progress, reason: result, message };
      const ended = { progress: "FAILED", reason: result, message } as const;
      return FAILURES.has(result) ? ended : { ...ended, unknown: `result_state ${result || "missing"}` };
    }
    default:
      return unfinished("life_cycle_state", lifeCycle, startMs, message);
  }
}

function fromStatus({ termination_details: details }: Status, state: string, startMs: number): Outcome {
  const code = details?.code ?? "";
  const message = details?.message ?? "";
  if (state !== "TERMINATED") return unfinished("status.state", state, startMs, message);
  return { progress: CODES.get(code) ?? "FAILED", reason: code, message };
}

function unfinished(where: string, word: string, startMs: number, message: string): Outcome {
  switch (word) {
    case "RUNNING":
    case "TERMINATING":
      return { progress: "RUNNING", reason: "", message };
    case "PENDING": // its cluster is being started
      return { progress: startMs > 0 ? "RUNNING" : "PENDING", reason: "", message };
    case "QUEUED":
    case "BLOCKED":
    case "WAITING":
    case "WAITING_FOR_RETRY":
      return { progress: "PENDING", reason: "", message };
    default:
      return { progress: "PENDING", reason: "", message, unknown: `${where} ${word}` };
  }
}

/** The end of a sentence about a run or task without an explanation of its own: `Run nightly_etl` and this. */
export function describeEnd({ progress, reason }: Outcome): string {
  switch (reason) {
    case "CANCELED":
    case "USER_CANCELED":
    case "UPSTREAM_CANCELED":
      return "was canceled.";
    case "TIMEDOUT":
    case "RUN_EXECUTION_TIMEOUT":
      return "timed out.";
    case "SUCCESS_WITH_FAILURES":
      return "completed, but some of its tasks failed.";
    case "MAXIMUM_CONCURRENT_RUNS_REACHED":
      return "was skipped: as many runs of its job as may be were active.";
    default:
      return progress === "FAILED" ? "failed!" : "was skipped.";
  }
}
