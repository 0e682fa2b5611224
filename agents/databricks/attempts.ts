import type { Run, TaskRun } from "./replies.ts";
import { isEnded, type Outcome, type Progress } from "./statuses.ts";
import type { WatchedRun } from "./watched-run.ts";

/** What there is to tell of one attempt at a run: the original, or a repair of what had failed. */
export interface Attempt {
  /** 0 for the original. */
  readonly number: number;
  /** When it began, epoch ms; `undefined` when that was told before, or nobody can tell. */
  readonly beginMs: number | undefined;
  readonly end: { readonly outcome: Outcome; readonly timeMs: number } | undefined;
}

/** Where a run is now, compared with what has been reported of it. */
export interface Step {
  readonly progress: Progress;
  /** How often it has been repaired. */
  readonly attempt: number;
  /** It has begun since the last look, or its repair has. */
  readonly begins: boolean;
  readonly ends: boolean;
}

/** What is no attempt's word for its end: only what has failed is repaired. */
const FAILED: Outcome = { progress: "FAILED", reason: "", message: "" };

/**
 * The attempts to tell of, the oldest first. A repair may have begun, or several have come and gone, since the last look;
 * the history of the run says when, and how each ended.
 */
export function attemptsToTell(watched: WatchedRun, run: Run, step: Step, nowMs: number): readonly Attempt[] {
  let first = firstToTell(watched, step);
  while (first < step.attempt && (pastEnd(run, first) ?? nowMs) < watched.toldUntilMs) first += 1;
  return Array.from({ length: step.attempt - first + 1 }, (_, i) => {
    const number = first + i;
    if (number < step.attempt) return pastAttempt(watched, run, number, nowMs);
    const end = step.ends ? { outcome: run.outcome, timeMs: endOf(run, nowMs) } : undefined;
    const fallbackMs = isEnded(run.outcome.progress) ? undefined : nowMs;
    return { number, beginMs: step.begins ? (beginOf(watched, run, number) ?? fallbackMs) : undefined, end };
  });
}

/** The attempt that a task run is a part of, if there is anything to tell of that; otherwise the next. */
export function attemptOf({ id, startMs, endMs }: TaskRun, watched: WatchedRun, run: Run, step: Step): number {
  const { original, repairs = [] } = run;
  const listedIn = [original, ...repairs].findIndex((attempt) => attempt?.taskIds.includes(id));
  const timeMs = startMs || endMs || Number.POSITIVE_INFINITY;
  const begunBefore = repairs.filter((repair) => (repair.startMs || Number.POSITIVE_INFINITY) <= timeMs).length;
  const number = listedIn >= 0 ? listedIn : repairs.length > 0 ? begunBefore : step.attempt;
  return Math.min(Math.max(number, firstToTell(watched, step)), step.attempt);
}

/** Of an attempt whose end has been told, there is nothing more to tell. */
function firstToTell({ attempt, progress }: WatchedRun, step: Step): number {
  return isEnded(progress) ? Math.min(attempt + 1, step.attempt) : attempt;
}

function pastAttempt(watched: WatchedRun, run: Run, number: number, nowMs: number): Attempt {
  const isBegun = number === watched.attempt && watched.progress !== "PENDING";
  const known = number === 0 ? run.original : run.repairs?.[number - 1];
  const outcome = known !== undefined && isEnded(known.outcome.progress) ? known.outcome : FAILED;
  const timeMs = pastEnd(run, number) ?? nowMs;
  return { number, beginMs: isBegun ? undefined : beginOf(watched, run, number), end: { outcome, timeMs } };
}

/** Before the next began, at least; `undefined` when nobody can tell. */
function pastEnd({ original, repairs = [] }: Run, number: number): number | undefined {
  return (number === 0 ? original : repairs[number - 1])?.endMs || repairs[number]?.startMs || undefined;
}

function beginOf(watched: WatchedRun, run: Run, number: number): number | undefined {
  const known = number === 0 ? run.startMs : run.repairs?.[number - 1]?.startMs;
  return known || firstStart(run, number === 0 ? 0 : watched.endedAtMs);
}

/** When the first of its tasks began that did after a time. */
function firstStart({ tasks = [] }: Run, afterMs: number): number | undefined {
  const starts = tasks.map(({ startMs }) => startMs).filter((startMs) => startMs > afterMs);
  return starts.length > 0 ? Math.min(...starts) : undefined;
}

function endOf(run: Run, nowMs: number): number {
  return run.endMs || Math.max(0, ...(run.tasks?.map(({ endMs }) => endMs) ?? [])) || nowMs;
}
