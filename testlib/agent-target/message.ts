import type { JsonValue } from "../../toolkit/index.ts";

export type TargetStatus = "RUNNING" | "COMPLETED" | "COMPLETED_WITH_WARNINGS" | "FAILED";

/**
 * One text message of the service: the body of a run-status event. Without `task_key` it speaks of the run itself.
 * Fields the Observability API does not know (`region`, `attempt` …) are there on purpose: a client has to cope.
 */
export interface TargetMessage {
  readonly pipeline_key: string;
  readonly pipeline_name?: string;
  readonly run_key: string;
  readonly run_name?: string;
  readonly task_key?: string;
  readonly task_name?: string;
  readonly status: TargetStatus;
  /** ISO 8601, UTC, with milliseconds. */
  readonly event_timestamp: string;
  readonly [more: string]: JsonValue | undefined;
}

/** True for the message that ends a run, whatever became of it. */
export function endsRun(message: TargetMessage): boolean {
  return message.task_key === undefined && message.status !== "RUNNING";
}
