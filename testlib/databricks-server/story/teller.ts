import type { Ids, Job, JobRun, RunSettings, When, Workspace } from "../workspace/index.ts";
import type { JobPlan } from "./catalogue.ts";
import type { Dice } from "./dice.ts";
import { between, playTasks, type Stage } from "./tasks.ts";

export interface TellerParts {
  readonly plan: JobPlan;
  readonly workspace: Workspace;
  readonly ids: Ids;
  readonly dice: Dice;
  /** Of a time in the story. */
  readonly when: (ms: number) => When;
}

/** Starts the runs of one job, one after the other, and plans at once all that will become of each. */
export class JobTeller {
  /** Ms of the story. */
  nextRunMs: number;
  readonly #parts: TellerParts;
  readonly #job: Job;
  #runs = 0;
  #busyUntilMs = Number.NEGATIVE_INFINITY;

  constructor(parts: TellerParts, fromMs: number) {
    this.#parts = parts;
    const { name, creator, cron, tasks, oneTime } = parts.plan;
    const settings = { name, creator, ...(cron !== undefined && { cron }), tasks: tasks.map(toSettings) };
    this.#job = parts.workspace.addJob(settings, parts.ids, oneTime !== true);
    this.nextRunMs = fromMs + parts.dice(name, "first") * Math.min(60, parts.plan.everySeconds) * 1_000;
  }

  tellRun(): void {
    const { plan, dice } = this.#parts;
    const startMs = this.nextRunMs;
    const number = ++this.#runs;
    const draw: Dice = (...about) => dice(plan.name, number, ...about);
    this.nextRunMs += plan.everySeconds * between([800, 1_200], draw("next"));
    const isBusy = startMs < this.#busyUntilMs && plan.whileActive !== undefined;
    const waitMs = isBusy ? this.#busyUntilMs - startMs : 0;
    if (isBusy && (plan.whileActive === "skip" || waitMs > plan.everySeconds * 1_000)) this.#skip(startMs);
    else this.#play(startMs, startMs + waitMs, draw);
  }

  #skip(startMs: number): void {
    const run = this.#start(startMs, { state: "PENDING", tasks: [] });
    run.skip("A previous run of the job is still active.", this.#parts.when(startMs + 100));
  }

  #play(startMs: number, fromMs: number, draw: Dice): void {
    const { plan, when } = this.#parts;
    const isQueued = fromMs > startMs;
    const run = this.#start(startMs, isQueued ? { state: "QUEUED" } : {});
    if (isQueued) run.start(when(fromMs));
    if (plan.tasks.length === 0) this.#playAlone(run, fromMs, draw);
    else this.#playWithTasks(run, fromMs, draw);
  }

  /** A run of the old format; when it fails, the job tries again, as a run of its own. */
  #playAlone(run: JobRun, fromMs: number, draw: Dice): void {
    const { plan, when } = this.#parts;
    const endMs = fromMs + between(plan.seconds ?? [10, 20], draw("duration", run.attempt)) * 1_000;
    this.#busyUntilMs = endMs;
    if (run.attempt > 0 || draw("outcome") > 0.2) {
      run.succeed(when(endMs));
      return;
    }
    run.fail("Connection to ledger.acme.example was reset", when(endMs));
    this.#playAlone(this.#start(endMs + 5_000, { retryOf: run }), endMs + 5_000, draw);
  }

  #playWithTasks(run: JobRun, fromMs: number, draw: Dice): void {
    const { plan, when } = this.#parts;
    const isCanceled = draw("canceled") < (plan.canceled ?? 0);
    const cancelMs = isCanceled ? fromMs + between([10, 60], draw("cancel")) * 1_000 : Number.POSITIVE_INFINITY;
    const stage: Stage = { run, plans: plan.tasks, dice: draw, when, cancelMs, risk: 1 };
    const lastMs = playTasks(stage, fromMs);
    const endMs = lastMs + 600;
    this.#busyUntilMs = endMs;
    if (lastMs === cancelMs) {
      run.cancel("Run cancelled.", when(endMs));
      return;
    }
    run.windDown(when(lastMs + 200)).end(when(endMs));
    if (run.last.phase.result !== "FAILED" || draw("repaired") > (plan.repaired ?? 0)) return;
    const repairMs = endMs + between([15, 90], draw("repair")) * 1_000;
    run.repair(when(repairMs));
    const repairedMs = playTasks({ ...stage, risk: 0.5 }, repairMs);
    run.end(when(repairedMs + 600));
  }

  #start(startMs: number, settings: RunSettings): JobRun {
    const { plan, workspace, ids, when } = this.#parts;
    const type = plan.oneTime === true ? { runType: "SUBMIT_RUN" as const } : {};
    return workspace.startRun(this.#job, { ...settings, ...type, ...when(startMs) }, ids);
  }
}

function toSettings({ key, after, runIf, kind, iterations }: JobPlan["tasks"][number]) {
  return {
    key,
    ...(after && { dependsOn: after }),
    ...(runIf && { runIf }),
    ...(kind && { kind }),
    ...(iterations && { forEach: { iterations, concurrency: 1 } }),
  };
}
