import type { Life } from "./life.ts";
import { isEnded, type Phase } from "./phase.ts";

const good: ReadonlySet<string> = new Set(["SUCCESS", "EXCLUDED", "DISABLED", "SUCCESS_WITH_FAILURES"]);

/** How a run ends whose tasks have ended like that. Tasks that are skipped, or have not ended, count for nothing. */
export function outcomeOf(tasks: readonly Life[]): Phase {
  const phases = tasks.map(({ last }) => last.phase).filter((phase) => isEnded(phase) && phase.state !== "SKIPPED");
  const results = phases.map(({ state, result = "" }) => (state === "INTERNAL_ERROR" ? "FAILED" : result));
  const bad = results.filter((result) => !good.has(result));
  if (bad.length === 0) return { state: "TERMINATED", result: "SUCCESS" };
  if (bad.some((result) => result === "FAILED" || result === "UPSTREAM_FAILED")) {
    const message = "Task failures: the run has failed with at least one task that was not successful.";
    return { state: "TERMINATED", result: "FAILED", message };
  }
  if (bad.includes("TIMEDOUT")) return { state: "TERMINATED", result: "TIMEDOUT", message: "A task timed out." };
  return { state: "TERMINATED", result: "CANCELED", message: "Run cancelled." };
}
