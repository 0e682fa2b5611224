import { isEnded, type JobRun, type ReplyObject, type TaskRun } from "../workspace/index.ts";
import { doesNotExist, invalidParameter, notPermitted } from "./api-error.ts";
import type { Call } from "./call.ts";
import { pageOf } from "./keyset.ts";
import { firstElements, type List, listFields } from "./list-pages.ts";
import { runFields } from "./run-fields.ts";
import { clustersOf, historyOf, iterationFields, parametersOf, taskFields } from "./run-lists.ts";
import { taskRunFields } from "./task-run-fields.ts";

const runTypes = ["JOB_RUN", "WORKFLOW_RUN", "SUBMIT_RUN"];
const activeStates: ReadonlySet<string> = new Set(["QUEUED", "PENDING", "RUNNING", "TERMINATING"]);

/** `runs/list`: the latest start first. */
export function listRuns(call: Call): ReplyObject {
  const { parameters, workspace, viewer, pageUrl } = call;
  const keyOf = (run: JobRun) => ({ place: run.last.startTime, id: run.id });
  const found = workspace.runs.filter(toFilter(call));
  const { items, fields } = pageOf(found, keyOf, parameters, { usual: 20, max: 25 });
  const expands = parameters.flag("expand_tasks");
  const runs = items.map((run) => ({
    ...runFields(run, viewer, pageUrl),
    ...(expands && firstElements(call, { tasks: tasksOf(run, call), job_clusters: clustersOf(run) })),
    ...run.fields,
  }));
  return { runs: runs.length > 0 ? runs : undefined, ...fields };
}

/** `runs/get`: of a run, or of one of its task runs. */
export function getRun(call: Call): ReplyObject {
  const { parameters, workspace, viewer, pageUrl } = call;
  const id = parameters.requiredId("run_id");
  const place = workspace.findTaskRun(id);
  const run = permitted(place?.run ?? workspace.findRun(id), id, call);
  if (place !== undefined) {
    const iterations = place.iteration === undefined ? iterationFields(run, place.task, viewer, pageUrl) : [];
    return { ...taskRunFields(place, viewer, pageUrl), ...listFields(call, id, { iterations }) };
  }
  const lists = {
    tasks: tasksOf(run, call),
    job_clusters: clustersOf(run),
    job_parameters: parametersOf(run),
    ...(parameters.flag("include_history") && { repair_history: historyOf(run, viewer) }),
  };
  return { ...runFields(run, viewer, pageUrl), ...listFields(call, id, lists), ...run.fields };
}

/** `runs/get-output`: of one task run; what a notebook has returned, or why it failed. */
export function getOutput(call: Call): ReplyObject {
  const { parameters, workspace, viewer, pageUrl } = call;
  const id = parameters.requiredId("run_id");
  const place = workspace.findTaskRun(id);
  const run = permitted(place?.run ?? workspace.findRun(id), id, call);
  if (place === undefined && run.tasks.length > 0) {
    const instead = "Please retrieve the output of each individual task run instead.";
    throw invalidParameter(`Retrieving the output of runs with multiple tasks is not supported. ${instead}`);
  }
  const entry = (place?.iteration ?? place?.task ?? run).entryAt(viewer.ms);
  const metadata = place ? taskRunFields(place, viewer, pageUrl) : runFields(run, viewer, pageUrl);
  return { metadata, ...(entry && outputOf(entry.phase)) };
}

function outputOf(phase: { readonly state: string; readonly result?: string; readonly message?: string }): ReplyObject {
  if (!isEnded(phase)) return { notebook_output: {} };
  if (phase.result === "SUCCESS") return { notebook_output: { result: "ok", truncated: false } };
  const error = phase.message || "Workload failed, see run output for details";
  return { error, error_trace: `---------------------------\n${error}` };
}

/** @throws {ApiError} 400 when nobody can see it, 403 when the caller cannot */
function permitted(run: JobRun | undefined, id: bigint, { workspace, user }: Call): JobRun {
  if (run === undefined || !workspace.isThere(run)) throw doesNotExist("Run", id, run?.removed);
  if (run.job.denied !== "no") throw notPermitted(user, run.job.id);
  return run;
}

function toFilter(call: Call): (run: JobRun) => boolean {
  const { parameters, workspace, viewer } = call;
  const from = parameters.time("start_time_from") ?? 0;
  const to = parameters.time("start_time_to") ?? Number.POSITIVE_INFINITY;
  const type = parameters.oneOf("run_type", runTypes);
  const [active, completed] = [parameters.flag("active_only"), parameters.flag("completed_only")];
  if (active && completed) throw invalidParameter("active_only and completed_only cannot both be true.");
  const job = parameters.int64("job_id");
  if (job !== undefined) checkJob(job, call);
  return (run) => {
    const { startTime } = run.last;
    if (startTime < from || startTime > to || run.job.denied === "hidden") return false;
    if (job !== undefined && run.job.id !== job) return false;
    if (type !== undefined && (run.settings.runType ?? "JOB_RUN") !== type) return false;
    const entry = run.entryAt(viewer.ms);
    if (entry === undefined || (active && !activeStates.has(entry.phase.state))) return false;
    return !(completed && !isEnded(entry.phase)) && workspace.isThere(run);
  };
}

function checkJob(id: bigint, { workspace, user }: Call): void {
  const job = workspace.findJob(id);
  if (job === undefined) throw doesNotExist("Job", id);
  if (job.denied !== "no") throw notPermitted(user, id);
}

function tasksOf(run: JobRun, { viewer, pageUrl }: Call): List {
  const tasks = run.tasksAt(viewer.ms);
  const show = (task: TaskRun) => taskFields(run, task, viewer, pageUrl);
  return { length: tasks.length, slice: (from, to) => tasks.slice(from, to).map(show) };
}
