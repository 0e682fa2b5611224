/** The five kinds of event; each is also the last segment of the route it is posted to: `events/v1/run-status`. */
export const eventTypes = ["run-status", "message-log", "metric-log", "dataset-operation", "test-outcomes"] as const;
export type EventType = (typeof eventTypes)[number];

/** The statuses of a run or task that can be sent. */
export const sendableRunStatuses = ["RUNNING", "COMPLETED", "COMPLETED_WITH_WARNINGS", "FAILED"] as const;
/** `UNKNOWN` is for agents only: a tool said something that has no counterpart. The server refuses it. */
export const runStatuses = [...sendableRunStatuses, "UNKNOWN"] as const;
export type RunStatus = (typeof runStatuses)[number];

export const messageLogLevels = ["ERROR", "WARNING", "INFO"] as const;
export type MessageLogLevel = (typeof messageLogLevels)[number];

export const testStatuses = ["PASSED", "FAILED", "WARNING"] as const;
export type TestStatus = (typeof testStatuses)[number];

export const datasetOperations = ["READ", "WRITE"] as const;
export type DatasetOperation = (typeof datasetOperations)[number];

/** True when nothing more is expected of the run or task: it completed, with or without warnings, or it failed. */
export function isFinished(status: RunStatus): boolean {
  return status === "COMPLETED" || status === "COMPLETED_WITH_WARNINGS" || status === "FAILED";
}
