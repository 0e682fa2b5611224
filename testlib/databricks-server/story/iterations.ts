import type { TaskRun, When } from "../workspace/index.ts";

interface Span {
  readonly startMs: number;
  readonly endMs: number;
  /** The last one fails. */
  readonly fails: boolean;
  readonly when: (ms: number) => When;
}

/** Plays the iterations of a for-each task, one after the other, within the time of the task. */
export function playIterations({ iterations }: TaskRun, { startMs, endMs, fails, when }: Span): void {
  const eachMs = (endMs - startMs) / iterations.length;
  for (const [index, iteration] of iterations.entries()) {
    iteration.start(when(startMs + index * eachMs));
    const ended = when(startMs + (index + 1) * eachMs);
    if (fails && index === iterations.length - 1) iteration.fail("Iteration failed.", ended);
    else iteration.succeed(ended);
  }
}
