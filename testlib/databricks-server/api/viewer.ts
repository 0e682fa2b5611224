import type { Sight } from "../exposure/index.ts";
import { type Entry, elapsedMs, type JobRun, type TaskRun } from "../workspace/index.ts";

export type ApiVersion = "2.1" | "2.2";

/** Looks at the workspace for one reply: all of it at the same moment, and what it has seen is kept. */
export class Viewer {
  readonly version: ApiVersion;
  /** On the clock of `performance.now()`. */
  readonly ms = elapsedMs();
  /** Lists in a run come in pages. */
  readonly pagesLists: boolean;
  readonly sights: Sight[] = [];

  constructor(version: ApiVersion, pagesLists: boolean) {
    this.version = version;
    this.pagesLists = pagesLists;
  }

  seeRun(run: JobRun): Entry {
    return this.#see(run.entryAt(this.ms), { run });
  }

  seeTask(run: JobRun, task: TaskRun): Entry {
    return this.#see(task.entryAt(this.ms), { run, task });
  }

  #see(entry: Entry | undefined, of: Omit<Sight, "entry">): Entry {
    if (entry === undefined) throw new Error(`Run ${of.run.id} is looked at before it is there.`);
    this.sights.push({ entry, ...of });
    return entry;
  }
}
