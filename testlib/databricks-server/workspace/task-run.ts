import type { Moment, When, WorkspaceClock } from "./clock.ts";
import type { Fields } from "./fields.ts";
import type { Id } from "./ids.ts";
import { Life } from "./life.ts";

export interface TaskSettings {
  /** The `task_key`. */
  readonly key: string;
  /** Task keys. Until it is started it is BLOCKED then, and PENDING without a start otherwise. */
  readonly dependsOn?: readonly string[];
  /** `ALL_SUCCESS` by default. */
  readonly runIf?: string;
  /** The `run_id` of its first attempt; one beyond 2^53 by default. */
  readonly id?: Id;
  /** A for-each task: its iterations are there when its own `run_id` is asked for. */
  readonly forEach?: { readonly iterations: number; readonly concurrency?: number };
  /** For example `dbt_task`; `notebook_task` by default. */
  readonly kind?: string;
  readonly fields?: Fields;
}

/** One attempt of a task in a run: a retry and a repair make another one, with the same key. */
export class TaskRun extends Life {
  readonly key: string;
  readonly runId: bigint;
  /** `attempt_number`, from 0. */
  readonly attempt: number;
  /** The repair it belongs to, from 1; 0 for the original. */
  readonly repair: number;
  readonly settings: TaskSettings;
  readonly iterations: readonly Iteration[];
  fields: Fields;
  readonly #again: (moment: Moment) => TaskRun;

  constructor(clock: WorkspaceClock, parts: TaskRunParts) {
    const { settings, moment, waiting } = parts;
    const state = waiting ? "WAITING_FOR_RETRY" : (settings.dependsOn?.length ?? 0) > 0 ? "BLOCKED" : "PENDING";
    super(clock, `Task ${settings.key}`, { ...moment, phase: { state } });
    this.settings = settings;
    this.key = settings.key;
    this.runId = parts.runId;
    this.attempt = parts.attempt;
    this.repair = parts.repair;
    this.iterations = parts.iterationIds.map((id, index) => new Iteration(clock, settings.key, index, id, moment));
    this.fields = settings.fields ?? {};
    this.#again = parts.again;
  }

  /**
   * Another attempt after this one has failed: another `run_id`, WAITING_FOR_RETRY until it is started.
   * @throws {AgentError} `E_DATABRICKS_SCRIPT` when this one has not ended by then
   */
  retry(when?: When): TaskRun {
    return this.#again(this.momentAfterEnd(when));
  }
}

export interface TaskRunParts {
  readonly settings: TaskSettings;
  readonly moment: Moment;
  readonly waiting: boolean;
  readonly runId: bigint;
  readonly attempt: number;
  readonly repair: number;
  readonly iterationIds: readonly bigint[];
  /** Makes the next attempt. */
  readonly again: (moment: Moment) => TaskRun;
}

/** One of the runs of a for-each task. */
export class Iteration extends Life {
  readonly key: string;
  readonly runId: bigint;
  readonly index: number;

  constructor(clock: WorkspaceClock, taskKey: string, index: number, runId: bigint, moment: Moment) {
    super(clock, `Iteration ${index} of task ${taskKey}`, { ...moment, phase: { state: "PENDING" } });
    this.key = `${taskKey}_iteration`;
    this.runId = runId;
    this.index = index;
  }
}
