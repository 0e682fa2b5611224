import type { Obligation, PlannedRun } from "../../../../../testlib/index.ts";

export type AcmeStatus = "running" | "ok" | "failed";

/** A run as Acme's API shows it. */
export interface AcmeRun {
  readonly id: string;
  readonly job: string;
  readonly status: AcmeStatus;
  /** Epoch ms. */
  readonly changed_at: number;
  readonly tasks: readonly { readonly name: string; readonly status: AcmeStatus }[];
}

const JOB = "nightly";

export function toAcmeRun({ number, at, tasks, status, part }: PlannedRun): AcmeRun {
  const isOver = part !== "beginning";
  const names = Array.from({ length: tasks }, (_, index) => `step_${index}`);
  return {
    id: `r${number}`,
    job: JOB,
    status: isOver ? (status === "FAILED" ? "failed" : "ok") : "running",
    changed_at: at,
    tasks: names.map((name) => ({ name, status: isOver ? "ok" : "running" })),
  };
}

/** What must come of it: the run's beginning before its tasks, its end after them. */
export function obligationsOf({ number, tasks, status, part }: PlannedRun): readonly Obligation[] {
  const of = { pipeline: JOB, run: `r${number}` };
  const names = Array.from({ length: tasks }, (_, index) => `step_${index}`);
  if (part === "beginning") {
    return [{ ...of, status: "RUNNING" }, ...names.map((task) => ({ ...of, task, status: "RUNNING" as const }))];
  }
  return [...names.map((task) => ({ ...of, task, status: "COMPLETED" as const })), { ...of, status }];
}
