/** The statuses an event can set. The real server also has PENDING and MISSING of its own, for scheduled runs. */
export type RunStatus = "RUNNING" | "COMPLETED" | "COMPLETED_WITH_WARNINGS" | "FAILED";

/** State of a run or of a task in it. Times are epoch microseconds: the server compares them that finely. */
export interface RunState {
  readonly status: RunStatus;
  readonly startUs: number;
  /** Absent while it runs. */
  readonly endUs?: number;
}

/**
 * The state after a run-status event. The event's time decides, not its arrival: the start only moves back, and an
 * event not later than the present end changes nothing else.
 */
export function applyStatus(state: RunState | undefined, status: RunStatus, atUs: number): RunState {
  const startUs = Math.min(state?.startUs ?? atUs, atUs);
  if (state?.endUs !== undefined && atUs <= state.endUs) return { ...state, startUs };
  return status === "RUNNING" ? { status, startUs } : { status, startUs, endUs: atUs };
}

/** The state after any other event that names the run or task: it exists and has started, nothing more. */
export function applySighting(state: RunState | undefined, atUs: number): RunState {
  return state ?? { status: "RUNNING", startUs: atUs };
}
