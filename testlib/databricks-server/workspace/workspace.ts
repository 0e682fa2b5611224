import { elapsedMs, scriptError, type WorkspaceClock } from "./clock.ts";
import { type Id, Ids } from "./ids.ts";
import { Job, type JobSettings } from "./job.ts";
import { JobRun, type RunSettings } from "./job-run.ts";
import { isEnded } from "./phase.ts";
import type { Iteration, TaskRun } from "./task-run.ts";

/** Where a task run, or an iteration of one, belongs to. */
export interface TaskPlace {
  readonly run: JobRun;
  readonly task: TaskRun;
  readonly iteration?: Iteration;
}

/** Databricks forgets runs after 60 days. */
const keptMs = 60 * 86_400_000;

/** All jobs and runs of the stand-in. */
export class Workspace {
  readonly clock: WorkspaceClock;
  readonly #ids: Ids;
  readonly #jobs = new Map<bigint, Job>();
  readonly #runs = new Map<bigint, JobRun>();
  readonly #taskRuns = new Map<bigint, TaskPlace>();
  /** By start, the oldest first. */
  #byStart: JobRun[] = [];

  constructor(clock: WorkspaceClock) {
    this.clock = clock;
    this.#ids = new Ids(clock.now());
  }

  /** @throws {AgentError} `E_DATABRICKS_SCRIPT` when the id is taken */
  addJob(settings: JobSettings = {}, ids = this.#ids, isListed = true): Job {
    const id = BigInt(settings.id ?? ids.next("job"));
    if (this.#jobs.has(id)) throw scriptError(`There is a job ${id} already.`);
    const job = new Job(settings, id, this.clock.now(), isListed);
    this.#jobs.set(id, job);
    return job;
  }

  /** @throws {AgentError} `E_DATABRICKS_SCRIPT` when there is no such job, or the id is taken */
  startRun(job: Job | Id, settings: RunSettings = {}, ids = this.#ids): JobRun {
    const owner = typeof job === "object" ? job : this.#jobs.get(BigInt(job));
    if (owner === undefined) throw scriptError(`There is no job ${job}; add it first.`);
    if (settings.id !== undefined && this.#runs.has(BigInt(settings.id)))
      throw scriptError(`There is a run ${settings.id} already.`);
    const nextId = ids.next.bind(ids);
    const register = (task: TaskRun, run: JobRun) => this.#register(task, run);
    const run = new JobRun({ clock: this.clock, nextId, register }, owner, settings);
    this.#runs.set(run.id, run);
    const before = this.#byStart.findLastIndex((each) => compareStarts(each, run) < 0);
    this.#byStart.splice(before + 1, 0, run);
    return run;
  }

  get jobs(): readonly Job[] {
    return [...this.#jobs.values()].filter(({ isListed }) => isListed);
  }

  findJob(id: bigint): Job | undefined {
    const job = this.#jobs.get(id);
    return job?.isListed === true ? job : undefined;
  }

  /** All runs there are, seen or not, the oldest first. */
  get runs(): readonly JobRun[] {
    return this.#byStart;
  }

  /** Is it there for those who ask the API? Planned, deleted and forgotten ones are not. */
  isThere(run: JobRun): boolean {
    const entry = run.entryAt(elapsedMs());
    if (entry === undefined || run.removed !== undefined) return false;
    return !isEnded(entry.phase) || entry.endTime >= this.clock.now() - keptMs;
  }

  findRun(id: bigint): JobRun | undefined {
    return this.#runs.get(id);
  }

  findTaskRun(id: bigint): TaskPlace | undefined {
    return this.#taskRuns.get(id);
  }

  /** Forgets the oldest runs that have ended for good, so that no more than `count` are left; those that go on stay. */
  keepNewest(count: number): void {
    const ms = elapsedMs();
    const excess = this.#byStart.length - count;
    const isOver = ({ last }: JobRun) => last.effectiveMs <= ms && isEnded(last.phase);
    const forgotten = new Set(this.#byStart.slice(0, Math.max(0, excess)).filter(isOver));
    for (const run of forgotten) this.#forget(run);
    this.#byStart = this.#byStart.filter((run) => !forgotten.has(run));
  }

  #register(task: TaskRun, run: JobRun): void {
    this.#taskRuns.set(task.runId, { run, task });
    for (const iteration of task.iterations) this.#taskRuns.set(iteration.runId, { run, task, iteration });
  }

  #forget(run: JobRun): void {
    this.#runs.delete(run.id);
    for (const { runId, iterations } of run.tasks) {
      for (const id of [runId, ...iterations.map((each) => each.runId)]) this.#taskRuns.delete(id);
    }
  }
}

/** The API's order, backwards: by start, and by id where that is the same. */
function compareStarts(one: JobRun, other: JobRun): number {
  if (one.last.startTime !== other.last.startTime) return one.last.startTime - other.last.startTime;
  return one.id < other.id ? -1 : 1;
}
