import {
  messageLogEvent,
  metricLogEvent,
  type ObservabilityEvent,
  type RunStatus,
  runStatusEvent,
  withDedupeKey,
} from "../../../toolkit/observability/index.ts";
import { keyOf } from "../world/obligations.ts";
import type { ListedRun, Step } from "./handles.ts";

type RunName = Pick<ListedRun, "id" | "pipeline">;

/**
 * The event of a step. Statuses carry a key: they are sent whenever a poll shows them, and the ledger knows which are new.
 * The others do not: the agent's own state has to know.
 */
export function toEvent(run: RunName, step: Step): ObservabilityEvent {
  const key = keyOf(run, step);
  const common = {
    pipeline_key: run.pipeline,
    run_key: run.id,
    event_timestamp: step.atMs,
    metadata: { oracle: key },
  };
  switch (step.kind) {
    case "run":
      return withDedupeKey(runStatusEvent({ ...common, status: step.status }), key);
    case "task":
      return withDedupeKey(runStatusEvent({ ...common, task_key: step.task, status: step.status }), key);
    case "message":
      return messageLogEvent({ ...common, task_key: step.task, log_level: "ERROR", message: step.text });
    case "metric":
      return metricLogEvent({ ...common, metric_key: "rows", metric_value: step.rows });
  }
}

export function runStep(atMs: number, status: RunStatus): Step {
  return { kind: "run", atMs, status };
}
