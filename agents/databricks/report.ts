import type { ObservabilityEvent } from "../../toolkit/observability/index.ts";
import { type Attempt, attemptOf, attemptsToTell, type Step } from "./attempts.ts";
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
import { isEnded, type Outcome, type Progress } from "./statuses.ts";
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
  const attempts = attemptsToTell(watched, run, step, nowMs);
  const news = taskNews(watched, run);
  const events = attempts.flatMap((attempt) => {
    const own = news.filter(({ task }) => attemptOf(task, watched, run, step) === attempt.number);
    return attemptEvents({ run, attempt: attempt.number, taskKey }, attempt, own, nowMs);
  });
  if (news.length === 0 && step.progress === watched.progress && step.attempt === watched.attempt) {
    return { events, watched };
  }
  const endedAtMs = attempts.findLast(({ end }) => end !== undefined)?.end?.timeMs ?? watched.endedAtMs;
  return { events, watched: advance(watched, run, { ...step, endedAtMs, tasks: news.map(({ task }) => task) }) };
}

/** In the order in which they are to arrive. */
function attemptEvents(
  context: EventContext,
  { beginMs, end }: Attempt,
  news: readonly TaskNews[],
  nowMs: number,
): readonly ObservabilityEvent[] {
  const tasks = news.map((each) => ({ ...each, timeMs: timeOf(each.task, end?.timeMs ?? 0, nowMs) }));
  tasks.sort((one, other) => one.timeMs - other.timeMs); // stable: the order of the API where times are equal
  return [
    ...(beginMs === undefined ? [] : [runStatus(context, "RUNNING", beginMs)]),
    ...tasks.flatMap((each) => taskEvents(context, each)),
    ...(end === undefined ? [] : endEvents(context, end.outcome, end.timeMs)),
  ];
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
  const { outcome, repairs, tasks = [] } = run;
  const isRetried = !isOver(watched) && tasks.some((task) => isUnseenRetry(watched, task));
  if (isEnded(outcome.progress)) {
    if (outcome.progress !== watched.progress) return true;
    return repairs === undefined ? isRetried || run.endMs > watched.endedAtMs : repairs.length > watched.attempt;
  }
  // That it goes on may be a reply from before its end: the history knows better.
  return repairs === undefined || repairs.length > watched.attempt || isRetried;
}

/** A further attempt at a task: a retry, or part of a repair. */
export function isUnseenRetry(watched: WatchedRun, { id, attempt }: TaskRun): boolean {
  return attempt > 0 && watched.tasks[id] === undefined;
}

interface TaskNews {
  readonly task: TaskRun;
  /** Nothing has been reported of it. */
  readonly isNew: boolean;
}

/** The tasks that have got on. One that has ended never goes on: a further attempt is another task run. */
function taskNews(watched: WatchedRun, { tasks = [] }: Run): TaskNews[] {
  const news: TaskNews[] = [];
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

function taskEvents(
  context: EventContext,
  { task, isNew, timeMs }: TaskNews & { readonly timeMs: number },
): readonly ObservabilityEvent[] {
  const { progress } = task.outcome;
  if (progress === "PENDING") return [];
  if (!isEnded(progress)) return [taskStatus(context, task, progress, timeMs)];
  const events = isNew && task.startMs > 0 ? [taskStatus(context, task, "RUNNING", task.startMs)] : [];
  events.push(taskStatus(context, task, progress, timeMs));
  if (progress === "FAILED") events.push(taskFailure(context, task, timeMs));
  return events;
}

function endEvents(context: EventContext, outcome: Outcome, endMs: number): readonly ObservabilityEvent[] {
  const { run, attempt } = context;
  const { progress } = outcome;
  if (progress === "PENDING") return [];
  const events: ObservabilityEvent[] = [];
  if (progress === "FAILED") events.push(runMessage(context, "ERROR", endMessage(run.name, outcome), endMs));
  if (progress === "COMPLETED_WITH_WARNINGS")
    events.push(runMessage(context, "WARNING", endMessage(run.name, outcome), endMs));
  if (attempt > 0) events.push(runMessage(context, "INFO", "This is a repaired run.", endMs));
  events.push(runStatus(context, progress, endMs));
  return events;
}

interface Change extends Pick<Step, "progress" | "attempt"> {
  readonly endedAtMs: number;
  readonly tasks: readonly TaskRun[];
}

function advance(watched: WatchedRun, run: Run, { progress, attempt, endedAtMs, tasks }: Change): WatchedRun {
  const next: WatchedRun = {
    jobId: run.jobId,
    progress,
    attempt,
    startMs: run.startMs || watched.startMs,
    endedAtMs,
    toldUntilMs: 0,
    tasks: { ...watched.tasks, ...Object.fromEntries(tasks.map(({ id, outcome }) => [id, outcome.progress])) },
  };
  return isOver(next) ? { ...next, tasks: {} } : next; // no more than a note that it need not be looked at again
}
