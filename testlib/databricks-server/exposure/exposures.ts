import type { Entry, JobRun, TaskRun } from "../workspace/index.ts";
import { type OwedStatus, owedStatus } from "./owed-status.ts";

/** A phase of a run or task that a reply has shown, for the first time. */
export interface Exposure {
  /** When the reply was sent, epoch ms by the server's clock. */
  readonly seenAt: number;
  /** When the phase began, as the API says. */
  readonly at: number;
  readonly job: string;
  readonly run: string;
  /** Absent for the run itself. */
  readonly task?: { readonly key: string; readonly run: string; readonly attempt: number };
  /** 0 for the original, then the number of the repair. */
  readonly repair: number;
  readonly state: string;
  readonly result?: string;
  /** What Observability is to be told of it, if anything. */
  readonly status?: OwedStatus;
}

/** What a reply shows of one run or task. */
export interface Sight {
  readonly entry: Entry;
  readonly run: JobRun;
  readonly task?: TaskRun;
}

/** Keeps account of what whole replies have shown to somebody. */
export class Exposures {
  readonly list: Exposure[] = [];
  /** Phase → when it was shown first. */
  readonly #seen = new WeakMap<Entry, number>();
  readonly #maxKept: number;

  /** @param maxKept newest exposures listed; up to a quarter more are there between two trims */
  constructor(maxKept: number) {
    this.#maxKept = maxKept;
  }

  /** Call it when the reply has left as it should. */
  add(sights: readonly Sight[], seenAt: number): void {
    for (const sight of sights) {
      if (this.#seen.has(sight.entry)) continue;
      this.#seen.set(sight.entry, seenAt);
      this.list.push(toExposure(sight, seenAt));
    }
    if (this.list.length > this.#maxKept * 1.25) this.list.splice(0, this.list.length - this.#maxKept);
  }

  /** When a reply has shown it first, epoch ms by the server's clock; `undefined` when none has. */
  shownAt(entry: Entry): number | undefined {
    return this.#seen.get(entry);
  }
}

function toExposure({ entry, run, task }: Sight, seenAt: number): Exposure {
  const { at, phase, round } = entry;
  const status = owedStatus(entry);
  return {
    seenAt,
    at,
    job: String(run.job.id),
    run: String(run.id),
    ...(task && { task: { key: task.key, run: String(task.runId), attempt: task.attempt } }),
    repair: task?.repair ?? round,
    state: phase.state,
    ...(phase.result !== undefined && { result: phase.result }),
    ...(status !== undefined && { status }),
  };
}
