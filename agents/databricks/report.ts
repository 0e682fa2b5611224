import type { ObservabilityEvent } from "../../toolkit/observability/index.ts";
import {
  type EventContext,
  endMessage,
  runMessage,
  runStatus,
  type TaskKey,
  taskFailure,
  taskStatus,
} from "./events.ts";
import type { Run, TaskRun } from "./replies.ts";
import { isEnded, type Progress } from "./statuses.ts";
import { isOver, type WatchedRun } from "./watched-run.ts";

export interface ReportOptions {
  readonly taskKey: TaskKey;
  /** The time by the clock of Databricks, for what it gives no time of. Epoch ms. */
  readonly nowMs: number;
}

export interface Report {
  /** In the order in which they are to arrive: the run's beginning, its tasks by time, its end. */
  readonly events: readonly ObservabilityEvent[];
  /** What has been reported once they are sent; the very same object when that is nothing new. */
  readonly watched: WatchedRun;
}

/** What is to be reported of a run, given what has been. Pure, so that nothing is lost when it fails. */
export function report(watched: WatchedRun, run: Run, { taskKey, nowMs }: ReportOptions): Report {
  const step = nextStep(watched, run);
  if (isOver(watched) && step.attempt === watched.attempt) return { events: [], watched };
  const context: EventContext = { run, attempt: step.attempt, taskKey };
  const endMs = isEnded(run.outcome.progress) ? endOf(run, nowMs) : 0;
  const tasks = taskNews(watched, run).map((news) => ({ ...news, timeMs: timeOf(news.task, endMs, nowMs) }));
  tasks.sort((one, other) => one.timeMs - other.timeMs); // stable: the order of the API where times are equal
  const events: ObservabilityEvent[] = [];
  if (step.begins) events.push(...beginEvents(watched, context, nowMs));
  for (const news of tasks) events.push(...taskEvents(context, news));
  if (step.ends) events.push(...endEvents(context, endMs));
  if (tasks.length === 0 && step.progress === watched.progress && step.attempt === watched.attempt) {
    return { events, watched };
  }
  return { events, watched: advance(watched, run, { ...step, endMs, tasks: tasks.map(({ task }) => task) }) };
}

interface Step {
  readonly progress: Progress;
  readonly attempt: number;
  /** It has begun since the last look, or its repair has. */
  readonly begins: boolean;
  readonly ends: boolean;
}

function nextStep(watched: WatchedRun, run: Run): Step {
  const { progress, unknown } = run.outcome;
  const repairs = run.repairs?.length ?? 0;
  const { attempt } = watched;
  const hadEnded = isEnded(watched.progress);
  const nothing = { progress: watched.progress, attempt, begins: false, ends: false };
  // A word that nobody knows says nothing, least of all that a run which has ended goes on.
  if (progress === "PENDING" && unknown !== undefined) return nothing;
  if (hadEnded && !isRepaired(watched, run)) return nothing;
  const isRepair = hadEnded || repairs > attempt;
  const before = isRepair ? "PENDING" : watched.progress;
  return {
    progress: progress === "PENDING" ? before : progress,
    attempt: Math.max(repairs, hadEnded ? attempt + 1 : attempt),
    begins: before === "PENDING" && progress !== "PENDING",
    ends: isEnded(progress),
  };
}

/** Has a run that had ended been repaired since, even if that has ended as well? */
function isRepaired(watched: WatchedRun, run: Run): boolean {
  const { progress } = run.outcome;
  if (!isEnded(progress) || progress !== watched.progress) return true;
  if (run.repairs !== undefined) return run.repairs.length > watched.attempt;
  if (run.endMs > watched.endedAtMs) return true;
  return !isOver(watched) && run.tasks?.some((task) => isUnseenRetry(watched, task)) === true;
}

/** A further attempt at a task: a retry, or part of a repair. */
export function isUnseenRetry(watched: WatchedRun, { id, attempt }: TaskRun): boolean {
  return attempt > 0 && watched.tasks[id] === undefined;
}

/** That it has begun, and that its repair has. When that was is of no use if nobody can tell and it has ended. */
function beginEvents(watched: WatchedRun, context: EventContext, nowMs: number): readonly ObservabilityEvent[] {
  const { run, attempt } = context;
  const isFirst = watched.attempt === 0 && watched.progress === "PENDING";
  const times: [attempt: number, timeMs: number][] = [];
  if (isFirst) times.push([0, run.startMs || firstStart(run, 0)]);
  if (attempt > 0) {
    const repairs = run.repairs?.map(({ startMs }) => startMs) ?? [];
    times.push([attempt, Math.max(0, ...repairs) || firstStart(run, watched.endedAtMs)]);
  }
  const fallbackMs = isEnded(run.outcome.progress) ? 0 : nowMs;
  return times
    .map(([of, timeMs]) => [of, Number.isFinite(timeMs) ? timeMs : fallbackMs] as const)
    .filter(([, timeMs]) => timeMs > 0)
    .map(([of, timeMs]) => runStatus({ ...context, attempt: of }, "RUNNING", timeMs));
}

/** When the first of its tasks began that did after a time; infinite when none did. */
function firstStart({ tasks = [] }: Run, afterMs: number): number {
  return Math.min(...tasks.map(({ startMs }) => startMs).filter((startMs) => startMs > afterMs));
}

function endOf(run: Run, nowMs: number): number {
  return run.endMs || Math.max(0, ...(run.tasks?.map(({ endMs }) => endMs) ?? [])) || nowMs;
}

interface TaskNews {
  readonly task: TaskRun;
  /** Nothing has been reported of it. */
  readonly isNew: boolean;
  readonly timeMs: number;
}

/** The tasks that have got on. One that has ended never goes on: a further attempt is another task run. */
function taskNews(watched: WatchedRun, { tasks = [] }: Run): Omit<TaskNews, "timeMs">[] {
  const news: Omit<TaskNews, "timeMs">[] = [];
  for (const task of tasks) {
    const known = watched.tasks[task.id];
    if (isTaskNews(known, task.outcome.progress)) news.push({ task, isNew: known === undefined });
  }
  return news;
}

export function isTaskNews(known: Progress | undefined, progress: Progress): boolean {
  return progress !== "PENDING" && progress !== known && (known === undefined || !isEnded(known));
}

function timeOf({ outcome, startMs, endMs }: TaskRun, runEndMs: number, nowMs: number): number {
  return (isEnded(outcome.progress) ? endMs || runEndMs : startMs) || nowMs;
}

function taskEvents(context: EventContext, { task, isNew, timeMs }: TaskNews): readonly ObservabilityEvent[] {
  const { progress } = task.outcome;
  if (progress === "PENDING") return [];
  if (!isEnded(progress)) return [taskStatus(context, task, progress, timeMs)];
  const events = isNew && task.startMs > 0 ? [taskStatus(context, task, "RUNNING", task.startMs)] : [];
  events.push(taskStatus(context, task, progress, timeMs));
  if (progress === "FAILED") events.push(taskFailure(context, task, timeMs));
  return events;
}

function endEvents(context: EventContext, endMs: number): readonly ObservabilityEvent[] {
  const { run, attempt } = context;
  const { progress } = run.outcome;
  if (progress === "PENDING") return [];
  const events: ObservabilityEvent[] = [];
  if (progress === "FAILED") events.push(runMessage(context, "ERROR", endMessage(run), endMs));
  if (progress === "COMPLETED_WITH_WARNINGS") events.push(runMessage(context, "WARNING", endMessage(run), endMs));
  if (attempt > 0) events.push(runMessage(context, "INFO", "This is a repaired run.", endMs));
  events.push(runStatus(context, progress, endMs));
  return events;
}

interface Change extends Step {
  readonly endMs: number;
  readonly tasks: readonly TaskRun[];
}

function advance(watched: WatchedRun, run: Run, { progress, attempt, ends, endMs, tasks }: Change): WatchedRun {
  const next: WatchedRun = {
    jobId: run.jobId,
    progress,
    attempt,
    startMs: run.startMs || watched.startMs,
    endedAtMs: ends ? endMs : watched.endedAtMs,
    tasks: { ...watched.tasks, ...Object.fromEntries(tasks.map(({ id, outcome }) => [id, outcome.progress])) },
  };
  return isOver(next) ? { ...next, tasks: {} } : next; // no more than a note that it need not be looked at again
}
