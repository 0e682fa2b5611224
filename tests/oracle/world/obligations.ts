import type { Obligation } from "../checker/history.ts";
import type { PlannedRun, Step } from "./runs.ts";

/** Names the event of a step among all: what the agent has to call it in its metadata. */
export function keyOf({ id, pipeline }: Pick<PlannedRun, "id" | "pipeline">, step: Step): string {
  const run = `${pipeline}/${id}`;
  switch (step.kind) {
    case "run":
      return `${run} ${step.status}`;
    case "task":
      return `${run} ${step.task}#${step.attempt} ${step.status}`;
    case "message":
      return `${run} message ${step.text}`;
    case "metric":
      return `${run} metric`;
  }
}

/** Each step, from the moment on at which it has happened. */
export function obligationsOf(run: PlannedRun): readonly Obligation[] {
  return run.steps.map((step, position) => ({
    key: keyOf(run, step),
    run: `${run.pipeline}/${run.id}`,
    position,
    exposedAtMs: step.atMs,
  }));
}
