import { type Entry, isEnded, type JobRun, type ReplyObject } from "../workspace/index.ts";
import { stateFields } from "./state-fields.ts";
import type { Viewer } from "./viewer.ts";

/** What the API says of a run both in lists and alone, without its lists. */
export function runFields(run: JobRun, viewer: Viewer, pageUrl: string): ReplyObject {
  const entry = viewer.seeRun(run);
  const { settings, job } = run;
  return {
    job_id: job.id,
    run_id: run.id,
    creator_user_name: job.settings.creator ?? "etl@acme.example",
    number_in_job: run.id,
    original_attempt_run_id: run.originalId,
    ...stateFields(entry),
    schedule: scheduleOf(run),
    start_time: entry.startTime,
    setup_duration: 0,
    execution_duration: 0,
    cleanup_duration: 0,
    end_time: entry.endTime,
    ...durations(entry, queuedMs(run, viewer.ms)),
    trigger: triggerOf(run),
    run_name: run.name,
    run_page_url: `${pageUrl}#job/${job.id}/run/${run.id}`,
    run_type: settings.runType ?? "JOB_RUN",
    format: isMultiTask(run) ? "MULTI_TASK" : "SINGLE_TASK",
    attempt_number: run.attempt,
    job_run_id: run.id,
  };
}

export function isMultiTask(run: JobRun): boolean {
  return run.tasks.length > 0;
}

export function durations({ phase, startTime, endTime }: Entry, queued?: number): ReplyObject {
  const ended = isEnded(phase) && startTime > 0;
  return { run_duration: ended ? endTime - startTime : undefined, queue_duration: queued };
}

function triggerOf({ settings, job }: JobRun): string {
  if (settings.trigger !== undefined) return settings.trigger;
  if (settings.retryOf !== undefined) return "RETRY";
  return job.settings.cron === undefined ? "ONE_TIME" : "PERIODIC";
}

function scheduleOf({ job: { settings } }: JobRun): ReplyObject | undefined {
  if (settings.cron === undefined) return undefined;
  return { quartz_cron_expression: settings.cron, timezone_id: "UTC", pause_status: "UNPAUSED" };
}

function queuedMs(run: JobRun, ms: number): number | undefined {
  const entries = run.entriesUntil(ms);
  const [first] = entries;
  if (first?.phase.state !== "QUEUED") return undefined;
  const left = entries.find(({ phase }) => phase.state !== "QUEUED");
  return left && left.at - first.at;
}
