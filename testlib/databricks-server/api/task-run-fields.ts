import type { ReplyObject, TaskPlace } from "../workspace/index.ts";
import { durations } from "./run-fields.ts";
import { taskFields } from "./run-lists.ts";
import { stateFields } from "./state-fields.ts";
import type { Viewer } from "./viewer.ts";

/** A task run, or an iteration of one, as the API shows it to those who ask for its own id: as a run with one task. */
export function taskRunFields({ run, task, iteration }: TaskPlace, viewer: Viewer, pageUrl: string): ReplyObject {
  const entry = iteration?.entryAt(viewer.ms) ?? viewer.seeTask(run, task);
  const runId = (iteration ?? task).runId;
  return {
    job_id: run.job.id,
    run_id: runId,
    number_in_job: runId,
    original_attempt_run_id: runId,
    job_run_id: run.id,
    ...stateFields(entry),
    start_time: entry.startTime,
    end_time: entry.endTime,
    ...durations(entry),
    run_name: (iteration ?? task).key,
    run_page_url: `${pageUrl}#job/${run.job.id}/run/${runId}`,
    run_type: "JOB_RUN",
    attempt_number: task.attempt,
    tasks: iteration ? undefined : [taskFields(run, task, viewer, pageUrl)],
  };
}
