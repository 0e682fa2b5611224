import type { Entry, Phase } from "../workspace/index.ts";

export type OwedStatus = "RUNNING" | "COMPLETED" | "COMPLETED_WITH_WARNINGS" | "FAILED";

/**
 * What Observability is to be told of a run or task in this phase; `undefined` for nothing, as long as it waits, or the
 * state is one that nobody knows. Of the agent's own code nothing is used here: this is what it is checked against.
 */
export function owedStatus({ phase, startTime }: Entry): OwedStatus | undefined {
  switch (phase.state) {
    case "RUNNING":
    case "TERMINATING":
      return "RUNNING";
    case "PENDING":
      return startTime > 0 ? "RUNNING" : undefined;
    case "TERMINATED":
    case "INTERNAL_ERROR":
      return ended(phase);
    case "SKIPPED":
      return "COMPLETED_WITH_WARNINGS";
    default:
      return undefined;
  }
}

const warnings: ReadonlySet<string | undefined> = new Set(["SUCCESS_WITH_FAILURES", "EXCLUDED", "DISABLED", "SKIPPED"]);

function ended({ state, result }: Phase): OwedStatus {
  if (result === "SKIPPED") return "COMPLETED_WITH_WARNINGS";
  if (state === "INTERNAL_ERROR") return "FAILED";
  if (result === "SUCCESS") return "COMPLETED";
  return warnings.has(result) ? "COMPLETED_WITH_WARNINGS" : "FAILED";
}
