import { type ObservabilityEvent, runStatusEvent } from "../../../../../toolkit/observability/index.ts";
import type { Run } from "./handles.ts";

const STATUS = { running: "RUNNING", ok: "COMPLETED", failed: "FAILED" } as const;

/** What changed since `known`, in order: the run's beginning, its tasks, its end. */
export function eventsOf(run: Run, known: Run | undefined): readonly ObservabilityEvent[] {
  const common = { pipeline_key: run.job, run_key: run.id, event_timestamp: run.changed_at, component_tool: "acme" };
  const ofRun = run.status === known?.status ? [] : [runStatusEvent({ ...common, status: STATUS[run.status] })];
  const ofTasks = run.tasks
    .filter(({ name, status }) => known?.tasks.find((task) => task.name === name)?.status !== status)
    .map(({ name, status }) => runStatusEvent({ ...common, task_key: name, status: STATUS[status] }));
  return run.status === "running" ? [...ofRun, ...ofTasks] : [...ofTasks, ...ofRun];
}
