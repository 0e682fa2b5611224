import { isEnded, type JobRun, type Life, type ReplyObject, type TaskRun } from "../workspace/index.ts";
import { durations } from "./run-fields.ts";
import { stateFields } from "./state-fields.ts";
import type { Viewer } from "./viewer.ts";

export function taskFields(run: JobRun, task: TaskRun, viewer: Viewer, pageUrl: string): ReplyObject {
  const entry = viewer.seeTask(run, task);
  const { settings } = task;
  return {
    run_id: task.runId,
    task_key: task.key,
    ...(settings.forEach ? forEachFields(task, viewer) : { [settings.kind ?? "notebook_task"]: workOf(task) }),
    depends_on: settings.dependsOn?.map((key) => ({ task_key: key })),
    run_if: settings.runIf ?? "ALL_SUCCESS",
    ...stateFields(entry),
    run_page_url: entry.startTime > 0 ? `${pageUrl}#job/${run.job.id}/run/${task.runId}` : undefined,
    start_time: entry.startTime,
    setup_duration: 0,
    execution_duration: isEnded(entry.phase) && entry.startTime > 0 ? entry.endTime - entry.startTime : 0,
    cleanup_duration: 0,
    end_time: entry.endTime,
    ...durations(entry),
    attempt_number: task.attempt,
    ...task.fields,
  };
}

export function iterationFields(run: JobRun, task: TaskRun, viewer: Viewer, pageUrl: string): readonly ReplyObject[] {
  return task.iterations.flatMap((iteration) => {
    const entry = iteration.entryAt(viewer.ms);
    if (entry === undefined) return [];
    return {
      run_id: iteration.runId,
      task_key: iteration.key,
      ...stateFields(entry),
      run_page_url: `${pageUrl}#job/${run.job.id}/run/${iteration.runId}`,
      start_time: entry.startTime,
      end_time: entry.endTime,
      attempt_number: 0,
    };
  });
}

export function parametersOf({ settings }: JobRun): readonly ReplyObject[] {
  return Object.entries(settings.jobParameters ?? {}).map(([name, value]) => ({ name, default: "", value }));
}

export function clustersOf({ settings }: JobRun): readonly ReplyObject[] {
  return (settings.jobClusters ?? []).map((key) => ({
    job_cluster_key: key,
    new_cluster: { spark_version: "16.4.x-scala2.13", num_workers: 2 },
  }));
}

/** The original and the repairs, the oldest first. */
export function historyOf(run: JobRun, viewer: Viewer): readonly ReplyObject[] {
  const entries = run.entriesUntil(viewer.ms);
  const rounds = run.repairs.filter(({ effectiveMs }) => effectiveMs <= viewer.ms);
  return [undefined, ...rounds].flatMap((repair) => {
    const round = repair?.number ?? 0;
    const entry = entries.findLast((each) => each.round === round);
    if (entry === undefined) return [];
    return {
      type: repair === undefined ? "ORIGINAL" : "REPAIR",
      id: repair?.id,
      start_time: repair?.at ?? entry.startTime,
      end_time: entry.endTime,
      ...stateFields(entry),
      task_run_ids: run
        .tasksAt(viewer.ms)
        .filter((task) => task.repair === round)
        .map((task) => task.runId),
    };
  });
}

function workOf({ key, settings: { kind = "notebook_task" } }: TaskRun): ReplyObject {
  return kind === "notebook_task" ? { notebook_path: `/Workspace/etl/${key}`, source: "WORKSPACE" } : {};
}

function forEachFields(task: TaskRun, { ms }: Viewer): ReplyObject {
  const { iterations: total = 0, concurrency = 1 } = task.settings.forEach ?? {};
  const states = task.iterations.map((iteration) => stateOf(iteration, ms));
  const count = (...wanted: readonly string[]) => states.filter((state) => wanted.includes(state)).length;
  const succeeded = count("SUCCESS");
  const ended = states.filter((state) => state !== "waiting" && state !== "active").length;
  return {
    for_each_task: {
      inputs: JSON.stringify(states.map((_, index) => index)),
      concurrency,
      task: { task_key: `${task.key}_iteration`, notebook_task: workOf(task) },
      stats: {
        task_run_stats: {
          total_iterations: total,
          scheduled_iterations: total - count("waiting"),
          active_iterations: count("active"),
          completed_iterations: ended,
          succeeded_iterations: succeeded,
          failed_iterations: ended - succeeded,
        },
      },
    },
  };
}

function stateOf(life: Life, ms: number): string {
  const entry = life.entryAt(ms);
  if (entry === undefined || entry.startTime === 0) return "waiting";
  return isEnded(entry.phase) ? (entry.phase.result ?? entry.phase.state) : "active";
}
