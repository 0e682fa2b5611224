import { ThrottledLog } from "../../framework/core/index.ts";
import type { Logger } from "../../toolkit/index.ts";
import type { Run } from "./replies.ts";

/** More different words than Databricks will ever have. */
const MAX_WORDS = 1_000;

/** Tells the log what was odd in replies: each unknown word once, malformed entries once a minute. */
export class Remarks {
  readonly #log: Logger;
  readonly #throttled: ThrottledLog;
  readonly #words = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
    this.#throttled = new ThrottledLog(log);
  }

  about(run: Run): void {
    const { runId, outcome, tasks = [], malformed } = run;
    if (outcome.unknown !== undefined) this.#unknown(outcome.unknown, { runId });
    for (const task of tasks) {
      if (task.outcome.unknown !== undefined) this.#unknown(task.outcome.unknown, { runId, task: task.name });
    }
    for (const reason of malformed) {
      this.#throttled.warn("task", { runId, reason }, "Skipped a task of a run that nothing can be made of.");
    }
  }

  skipped(reason: string): void {
    this.#throttled.warn("run", { reason }, "Skipped a run that nothing can be made of.");
  }

  #unknown(word: string, where: Readonly<Record<string, string>>): void {
    if (this.#words.has(word) || this.#words.size >= MAX_WORDS) return;
    this.#words.add(word);
    this.#log.warn(
      { word, ...where },
      "Databricks says of a run what this agent does not know; it is not reported on.",
    );
  }
}
