import {
  type CommonFields,
  type MessageLogLevel,
  messageLogEvent,
  type ObservabilityEvent,
  type RunStatus,
  runStatusEvent,
  withDedupeKey,
} from "../../toolkit/observability/index.ts";
import type { Run, TaskRun } from "./replies.ts";
import { describeEnd, type Outcome } from "./statuses.ts";

export const TOOL = "databricks";

/** What makes the `task_key` of events: the id of the task run, or the name of the task. */
export type TaskKey = "run_id" | "task_key";

/** What the events of one look at a run have in common. */
export interface EventContext {
  readonly run: Run;
  /** How often it has been repaired. */
  readonly attempt: number;
  readonly taskKey: TaskKey;
}

export function runStatus(context: EventContext, status: RunStatus, timeMs: number): ObservabilityEvent {
  return keyed(runStatusEvent({ ...ofRun(context), status, event_timestamp: timeMs }), context, status);
}

export function runMessage(
  context: EventContext,
  level: MessageLogLevel,
  message: string,
  timeMs: number,
): ObservabilityEvent {
  const event = messageLogEvent({ ...ofRun(context), log_level: level, message, event_timestamp: timeMs });
  return keyed(event, context, `${level} message`);
}

/** What Databricks says of how the run ended, or what can be said without it. */
export function endMessage(name: string, outcome: Outcome): string {
  return outcome.message || `Run ${name} ${describeEnd(outcome)}`;
}

export function taskStatus(
  context: EventContext,
  task: TaskRun,
  status: RunStatus,
  timeMs: number,
): ObservabilityEvent {
  const event = runStatusEvent({ ...ofTask(context, task), status, event_timestamp: timeMs });
  return keyed(event, context, status, task);
}

export function taskFailure(context: EventContext, task: TaskRun, timeMs: number): ObservabilityEvent {
  const message = task.outcome.message || `Task ${task.name} ${describeEnd(task.outcome)}`;
  const fields = { ...ofTask(context, task), log_level: "ERROR", message, event_timestamp: timeMs } as const;
  return keyed(messageLogEvent(fields), context, "ERROR message", task);
}

function ofRun({
  run,
  attempt,
}: EventContext): CommonFields & { readonly pipeline_key: string; readonly run_key: string } {
  return {
    pipeline_key: run.jobId,
    pipeline_name: run.name,
    run_key: run.runId,
    external_url: run.pageUrl,
    metadata: metadataOf(run, attempt > 0),
    component_tool: TOOL,
  };
}

function ofTask(context: EventContext, task: TaskRun) {
  return {
    ...ofRun(context),
    task_key: context.taskKey === "task_key" ? task.name : task.id,
    task_name: task.name,
    external_url: task.pageUrl,
  };
}

function metadataOf({ jobId, runId, name, facts }: Run, isRepair: boolean) {
  return {
    job_id: asNumber(jobId),
    run_id: asNumber(runId),
    creator_user_name: facts.creator_user_name ?? null,
    number_in_job: facts.number_in_job ?? null,
    original_attempt_run_id: facts.original_attempt_run_id ?? null,
    schedule: facts.schedule ?? null,
    trigger: facts.trigger ?? null,
    run_name: name,
    run_type: facts.run_type ?? null,
    repair_run: isRepair,
  };
}

/** As Databricks sends ids, where no digit is lost by that. */
function asNumber(id: string): number | string {
  const number = Number(id);
  return Number.isSafeInteger(number) && String(number) === id ? number : id;
}

/** The same for whatever may be seen again: each attempt at the run or the task says each thing once. */
function keyed(event: ObservabilityEvent, { run, attempt }: EventContext, what: string, task?: TaskRun) {
  const where = task === undefined ? `${attempt}` : `task ${task.id} ${task.attempt}`;
  return withDedupeKey(event, `${TOOL}/${run.runId}/${where}/${what}`);
}
