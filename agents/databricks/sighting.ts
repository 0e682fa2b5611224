import type { Run } from "./replies.ts";
import { isTaskNews, isUnseenRetry } from "./report.ts";
import { isEnded } from "./statuses.ts";
import type { WatchedRun } from "./watched-run.ts";

/** Version 2.2 lists no more tasks of a run than this, and 2.1 may not say that there are more. */
const MAX_LISTED_TASKS = 100;

/** What has to be done about a run, now that a list has shown it; `look up`: the list does not tell enough. */
export type Need = "nothing" | "report" | "look up";

/**
 * Compares a run in a list with what has been reported of it. Cheap: it is done for every task of every run each time.
 * @param hasTasks false when even its details have shown none
 */
export function needOf(watched: WatchedRun, run: Run, hasTasks = true): Need {
  const { progress, unknown } = run.outcome;
  const hadEnded = isEnded(watched.progress);
  if (isEnded(progress)) {
    // Only the details say whether it was repaired meanwhile.
    const isSameEnd = hadEnded && progress === watched.progress && run.endMs <= watched.endedAtMs;
    return isSameEnd ? "nothing" : "look up";
  }
  if (hadEnded) return unknown === undefined ? "look up" : "nothing"; // lists can be a little behind the details
  const { tasks = [] } = run;
  if ((run.tasks === undefined && hasTasks) || run.hasMoreTasks || tasks.length >= MAX_LISTED_TASKS) return "look up";
  const begins = progress === "RUNNING" && watched.progress === "PENDING";
  // Only its history says when a repair began, and whether it is one.
  if (begins && (watched.attempt > 0 || watched.toldUntilMs > 0)) return "look up";
  let need: Need = begins ? "report" : "nothing";
  for (const task of tasks) {
    if (isUnseenRetry(watched, task) && task.outcome.progress !== "PENDING") return "look up";
    if (!isTaskNews(watched.tasks[task.id], task.outcome.progress)) continue;
    // Tasks get on in a run that does not: it had ended, and its repair waits.
    if (progress === "PENDING" && watched.progress === "PENDING" && unknown === undefined) return "look up";
    need = "report";
  }
  return need;
}
