import type { TargetStatus } from "./message.ts";
import type { PipelinePlan, TaskPlan } from "./pipelines.ts";
import type { Random } from "./random.ts";

/** Something that happens in a run, `at` milliseconds after the run's start. Without a task it happens to the run. */
export interface RunStep {
  readonly at: number;
  readonly status: TargetStatus;
  readonly task?: TaskPlan;
  /** From 1; more after retries. */
  readonly attempt?: number;
  readonly rows?: number;
}

const longRunChance = 0.06;
const longRunFactor = 4;

/**
 * Makes up one run, steps in order of time: RUNNING, each task from RUNNING to its end once the tasks it waits for have
 * succeeded, retries, and the run's end after the last task's. A failed task keeps those that wait for it from starting.
 */
export function planRun(plan: PipelinePlan, random: Random): readonly RunStep[] {
  const slowness = random.chance(longRunChance) ? longRunFactor : 1;
  const tasks = new Map<string, readonly RunStep[]>();
  for (const task of plan.tasks) {
    const ends = task.after.map((key) => succeededAt(tasks.get(key)));
    if (ends.every((end) => end !== undefined)) {
      const startAt = Math.max(0, ...ends) + random.between(500, 2_000); // what a scheduler takes to notice
      tasks.set(task.key, planTask(task, startAt, slowness, random));
    }
  }
  const steps = [...tasks.values()].flat().sort((one, other) => one.at - other.at);
  const endAt = Math.max(...steps.map(({ at }) => at)) + random.between(500, 1_500);
  return [{ at: 0, status: "RUNNING" }, ...steps, { at: endAt, status: outcome([...tasks.values()]) }];
}

function planTask(task: TaskPlan, startAt: number, slowness: number, random: Random): readonly RunStep[] {
  const steps: RunStep[] = [];
  let at = startAt;
  for (let attempt = 1; ; attempt++) {
    steps.push({ at, status: "RUNNING", task, attempt });
    at += random.between(...task.seconds) * 1_000 * slowness;
    const failed = random.chance(task.failing ?? 0);
    const rows = Math.round(random.between(1_000, 900_000));
    if (failed) steps.push({ at, status: "FAILED", task, attempt });
    else
      steps.push({
        at,
        status: random.chance(task.warning ?? 0) ? "COMPLETED_WITH_WARNINGS" : "COMPLETED",
        task,
        attempt,
        rows,
      });
    if (!failed || attempt > (task.retries ?? 0)) return steps;
    at += random.between(5_000, 10_000);
  }
}

/** When a task succeeded; `undefined` when it failed or never started. */
function succeededAt(steps: readonly RunStep[] | undefined): number | undefined {
  const end = steps?.at(-1);
  return end === undefined || end.status === "FAILED" ? undefined : end.at;
}

function outcome(tasks: readonly (readonly RunStep[])[]): TargetStatus {
  const ends = tasks.map((steps) => steps.at(-1)?.status);
  if (ends.includes("FAILED")) return "FAILED";
  return ends.includes("COMPLETED_WITH_WARNINGS") ? "COMPLETED_WITH_WARNINGS" : "COMPLETED";
}
