import type { JobRun, TaskRun, When } from "../workspace/index.ts";
import type { TaskPlan } from "./catalogue.ts";
import type { Dice } from "./dice.ts";
import { playIterations } from "./iterations.ts";

/** What the tasks of one round of a run are played with. Times are ms of the story. */
export interface Stage {
  readonly run: JobRun;
  readonly plans: readonly TaskPlan[];
  readonly dice: Dice;
  readonly when: (ms: number) => When;
  /** Whatever goes on then is canceled. */
  readonly cancelMs: number;
  /** How likely failures are, compared with the plan. */
  readonly risk: number;
}

interface Ended {
  readonly ms: number;
  readonly isGood: boolean;
}

/** Plays those tasks whose newest attempts are new, from a moment on. @returns when the last of them has ended */
export function playTasks(stage: Stage, fromMs: number): number {
  const { run, plans, cancelMs } = stage;
  const round = run.repairs.length;
  const ended = new Map<string, Ended>();
  for (const plan of plans) {
    const task = run.task(plan.key);
    if (task.repair === round) ended.set(plan.key, playTask(stage, plan, task, fromMs, ended));
  }
  return Math.min(cancelMs, Math.max(fromMs, ...[...ended.values()].map(({ ms }) => ms)));
}

function playTask(stage: Stage, plan: TaskPlan, task: TaskRun, fromMs: number, ended: ReadonlyMap<string, Ended>) {
  const { when, cancelMs } = stage;
  const before = (plan.after ?? []).map((key) => ended.get(key) ?? { ms: fromMs, isGood: true });
  const readyMs = Math.max(fromMs, ...before.map(({ ms }) => ms));
  if (readyMs >= cancelMs) {
    task.cancelUpstream("Run cancelled.", when(cancelMs));
    return { ms: cancelMs, isGood: false };
  }
  const allGood = before.every(({ isGood }) => isGood);
  if (plan.runIf === "AT_LEAST_ONE_FAILED" && allGood) {
    task.exclude("The run condition was not met.", when(readyMs));
    return { ms: readyMs, isGood: true };
  }
  if (plan.runIf === undefined && !allGood) {
    task.failUpstream(undefined, when(readyMs));
    return { ms: readyMs, isGood: false };
  }
  return playAttempts(stage, plan, task, readyMs);
}

function playAttempts(stage: Stage, plan: TaskPlan, first: TaskRun, readyMs: number): Ended {
  const { when, cancelMs, risk, dice } = stage;
  let task = first;
  for (let attempt = 0, fromMs = readyMs; ; attempt++) {
    const draw = (what: string) => dice(plan.key, task.attempt, what);
    const startMs = fromMs + 500 + draw("cluster") * 4_000;
    const endMs = startMs + between(plan.seconds, draw("duration")) * 1_000;
    task.prepare(when(fromMs + 200));
    if (endMs >= cancelMs || startMs >= cancelMs) {
      if (startMs < cancelMs) task.start(when(startMs));
      task.cancel("Run cancelled.", when(Math.max(cancelMs, fromMs + 200)));
      return { ms: cancelMs, isGood: false };
    }
    task.start(when(startMs));
    const fails = draw("outcome") < (plan.failing ?? 0) * risk;
    playIterations(task, { startMs, endMs, fails, when });
    if (!fails) {
      task.succeed(when(endMs));
      return { ms: endMs, isGood: true };
    }
    failSomehow(task, plan, draw("how"), when(endMs));
    if (attempt >= (plan.retries ?? 0)) return { ms: endMs, isGood: false };
    task = task.retry(when(endMs));
    fromMs = endMs + 3_000;
  }
}

function failSomehow(task: TaskRun, { message }: TaskPlan, how: number, when: When): void {
  if (how < 0.08) task.timeout("Run timed out.", when);
  else if (how < 0.14)
    task.breakDown("Cluster failed to start.", { ...when, code: "CLUSTER_ERROR", type: "CLOUD_FAILURE" });
  else task.fail(message, when);
}

export function between([min, max]: readonly [number, number], share: number): number {
  return min + share * (max - min);
}
