import { elapsedMs, type Moment, scriptError, type When, type WorkspaceClock } from "./clock.ts";
import type { Fields } from "./fields.ts";
import type { Id, IdKind } from "./ids.ts";
import { type Job, toTaskSettings } from "./job.ts";
import { Life } from "./life.ts";
import { outcomeOf } from "./outcome.ts";
import type { LifeCycleState } from "./phase.ts";
import { TaskRun, type TaskSettings } from "./task-run.ts";

export interface RunSettings extends When {
  /** One beyond 2^53 by default. */
  readonly id?: Id;
  /** `run_name`; the job's name by default. */
  readonly name?: string;
  /** The job's by default; `[]` for none. */
  readonly tasks?: readonly (string | TaskSettings)[];
  /** RUNNING by default. */
  readonly state?: LifeCycleState;
  readonly trigger?: string;
  readonly runType?: "JOB_RUN" | "WORKFLOW_RUN" | "SUBMIT_RUN";
  /** This run is the job's next attempt after that one has failed: trigger RETRY, a higher `attempt_number`. */
  readonly retryOf?: JobRun;
  readonly jobParameters?: Readonly<Record<string, string>>;
  /** Keys of job clusters. */
  readonly jobClusters?: readonly string[];
  readonly fields?: Fields;
}

export interface RepairSettings extends When {
  /** Task keys; by default those that have not succeeded. */
  readonly tasks?: readonly string[];
  readonly id?: Id;
  /** RUNNING by default. */
  readonly state?: LifeCycleState;
}

export interface Repair extends Moment {
  readonly id: bigint;
  /** From 1. */
  readonly number: number;
}

/** What a run needs of the workspace. */
export interface RunParts {
  readonly clock: WorkspaceClock;
  readonly nextId: (kind: IdKind) => bigint;
  /** Makes a task run known by its id, and those of its iterations. */
  readonly register: (task: TaskRun, run: JobRun) => void;
}

/** A run of a job: it has a life of its own, and tasks that have theirs. */
export class JobRun extends Life {
  readonly id: bigint;
  readonly job: Job;
  readonly name: string;
  readonly settings: RunSettings;
  readonly attempt: number;
  readonly originalId: bigint;
  /** All attempts of all tasks, in the order in which they were made. */
  readonly tasks: TaskRun[] = [];
  readonly repairs: Repair[] = [];
  fields: Fields;
  /** Deleted: how the API answers to those who ask for it. */
  removed: 400 | 404 | undefined;
  readonly #parts: RunParts;

  constructor(parts: RunParts, job: Job, settings: RunSettings) {
    const { id = parts.nextId("run"), state = "RUNNING", retryOf } = settings;
    const moment = parts.clock.moment(settings);
    super(parts.clock, `Run ${id}`, { ...moment, phase: { state }, startTime: moment.at });
    this.#parts = parts;
    this.id = BigInt(id);
    this.job = job;
    this.name = settings.name ?? job.name;
    this.settings = settings;
    this.attempt = retryOf === undefined ? 0 : retryOf.attempt + 1;
    this.originalId = retryOf?.originalId ?? this.id;
    this.fields = settings.fields ?? {};
    for (const task of settings.tasks?.map(toTaskSettings) ?? job.tasks ?? []) this.#addTask(task, moment);
  }

  /** The newest attempt of a task, or that one. @throws {AgentError} `E_DATABRICKS_SCRIPT` when there is none */
  task(key: string, attempt?: number): TaskRun {
    const found = this.tasks.findLast((each) => each.key === key && (attempt ?? each.attempt) === each.attempt);
    if (found !== undefined) return found;
    const known = [...new Set(this.tasks.map((each) => each.key))].join(", ");
    const what = attempt === undefined ? `task ${key}` : `attempt ${attempt} of task ${key}`;
    throw scriptError(`Run ${this.id} has no ${what}; its tasks are: ${known || "none"}.`);
  }

  /** Ends it as its tasks have ended: the newest attempt of each counts. */
  end(when?: When): this {
    return this.become(outcomeOf(this.newestAttempts()), when);
  }

  /**
   * Runs some of the tasks again after the end: the same run, other task runs.
   * @throws {AgentError} `E_DATABRICKS_SCRIPT` when it has not ended, or has no such task
   */
  repair(settings: RepairSettings = {}): Repair {
    const failed = () => this.newestAttempts().filter(({ last }) => last.phase.result !== "SUCCESS");
    const again = settings.tasks?.map((key) => this.task(key)) ?? failed();
    const moment = this.momentAfterEnd(settings);
    this.reopen({ state: settings.state ?? "RUNNING" }, moment);
    const id = BigInt(settings.id ?? this.#parts.nextId("repair"));
    const repair = { ...moment, id, number: this.repairs.length + 1 };
    this.repairs.push(repair);
    for (const task of again) this.#addTask(withoutOthers(task.settings, again), moment);
    return repair;
  }

  /** Deletes it. @param status with which the API says that it is not there; the real one has both */
  remove(status: 400 | 404 = 400): void {
    this.removed = status;
  }

  newestAttempts(): readonly TaskRun[] {
    return [...new Map(this.tasks.map((task) => [task.key, task])).values()];
  }

  /** Its tasks that the API shows. */
  tasksAt(ms = elapsedMs()): readonly TaskRun[] {
    return this.tasks.filter((task) => task.entryAt(ms) !== undefined);
  }

  #addTask(settings: TaskSettings, moment: Moment, waiting = false): TaskRun {
    const { nextId, clock, register } = this.#parts;
    const attempt = this.tasks.filter(({ key }) => key === settings.key).length;
    const task = new TaskRun(clock, {
      settings,
      moment,
      waiting,
      attempt,
      repair: this.repairs.length,
      runId: attempt === 0 && settings.id !== undefined ? BigInt(settings.id) : nextId("taskRun"),
      iterationIds: Array.from({ length: settings.forEach?.iterations ?? 0 }, () => nextId("taskRun")),
      again: (after) => this.#addTask(settings, after, true),
    });
    this.tasks.push(task);
    register(task, this);
    return task;
  }
}

/** A task that is run again waits only for those that are run again as well. */
function withoutOthers(settings: TaskSettings, again: readonly TaskRun[]): TaskSettings {
  const { dependsOn = [] } = settings;
  return { ...settings, dependsOn: dependsOn.filter((key) => again.some((task) => task.key === key)) };
}
