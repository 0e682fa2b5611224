import type { Run } from "./replies.ts";

/** What is asked for together, and has a cursor of its own. */
export interface JobQuery {
  /** Tells the queries apart: the job's id, or `all`. */
  readonly key: string;
  readonly jobId: string | undefined;
}

/** Which runs count. A text of digits only is the id of a job, any other its name. */
export class JobFilter {
  readonly #ids: ReadonlySet<string>;
  readonly #names: ReadonlySet<string>;

  /** @param jobs names and ids; none means all */
  constructor(jobs: readonly string[]) {
    this.#ids = new Set(jobs.filter((job) => /^\d+$/.test(job)));
    this.#names = new Set(jobs.filter((job) => !this.#ids.has(job)));
  }

  /** Databricks can look for one id at a time, and for no name: one query for each id, or one for all there is. */
  get queries(): readonly JobQuery[] {
    if (this.#ids.size === 0 || this.#names.size > 0) return [{ key: "all", jobId: undefined }];
    return Array.from(this.#ids, (id) => ({ key: id, jobId: id }));
  }

  takes({ jobId, name }: Pick<Run, "jobId" | "name">): boolean {
    return (this.#ids.size === 0 && this.#names.size === 0) || this.#ids.has(jobId) || this.#names.has(name);
  }
}
