import { AgentError } from "../../../toolkit/errors.ts";

/** @throws {AgentError} `E_PERIOD` */
export function checkPeriod(taskName: string, periodMs: number): void {
  if (periodMs > 0 && periodMs < Number.POSITIVE_INFINITY) return;
  throw new AgentError(
    "E_PERIOD",
    `The period of ${taskName} is ${periodMs / 1000} s; it must be more than 0 and finite.`,
  );
}
