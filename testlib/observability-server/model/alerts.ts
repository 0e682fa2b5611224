import type { RunState } from "./run-state.ts";

export type AlertKind = "FAILED" | "COMPLETED_WITH_WARNINGS" | "UNEXPECTED_STATUS_CHANGE";

export interface Alert {
  /** 1 for the first alert, then counting up. */
  readonly sequence: number;
  readonly kind: AlertKind;
  /** Epoch milliseconds of the receipt of the event that raised it. */
  readonly raisedAt: number;
  readonly pipelineKey: string;
  readonly runKey: string;
}

/**
 * The alert that a run-status event raises, if any.
 * @param before the run's state when the event arrived; undefined when the event made the run
 * @param after the run's state with the event applied. It speaks for task events too: each one that arrives while the
 *   run is FAILED or COMPLETED_WITH_WARNINGS raises that alert again
 */
export function alertFor(before: RunState | undefined, after: RunState, ofTask: boolean): AlertKind | undefined {
  if (!ofTask && before?.endUs !== undefined) return "UNEXPECTED_STATUS_CHANGE";
  return after.status === "FAILED" || after.status === "COMPLETED_WITH_WARNINGS" ? after.status : undefined;
}
