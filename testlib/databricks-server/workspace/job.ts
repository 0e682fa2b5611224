import type { Fields } from "./fields.ts";
import type { Id } from "./ids.ts";
import type { TaskSettings } from "./task-run.ts";

export interface JobSettings {
  /** `Untitled` by default, as on the real server. */
  readonly name?: string;
  /** One beyond 2^53 by default. */
  readonly id?: Id;
  readonly creator?: string;
  /** The tasks of its runs: keys, or more than that. A job without them has runs of the old format, without `tasks`. */
  readonly tasks?: readonly (string | TaskSettings)[];
  /** Quartz, UTC. A job that has one starts its runs with the trigger `PERIODIC`, others with `ONE_TIME`. */
  readonly cron?: string;
  readonly maxConcurrentRuns?: number;
  readonly fields?: Fields;
}

export class Job {
  readonly id: bigint;
  /** Epoch ms by the server's clock. */
  readonly createdAt: number;
  /** False for what only `submit` made: it has an id and runs, and the API does not know the job. */
  readonly isListed: boolean;
  readonly settings: JobSettings;
  /** May be changed: its next runs bear the new name. */
  name: string;
  fields: Fields;
  /** Its runs may not be seen: `hidden` = they are not listed either, which is what the real server does. */
  denied: "no" | "hidden" | "listed" = "no";

  constructor(settings: JobSettings, id: bigint, createdAt: number, isListed: boolean) {
    this.settings = settings;
    this.id = id;
    this.createdAt = createdAt;
    this.isListed = isListed;
    this.name = settings.name ?? "Untitled";
    this.fields = settings.fields ?? {};
  }

  /** Takes the permission to see the job away. @param listed its runs are still in lists; only asking for one is refused */
  deny({ listed = false } = {}): void {
    this.denied = listed ? "listed" : "hidden";
  }

  allow(): void {
    this.denied = "no";
  }

  get tasks(): readonly TaskSettings[] | undefined {
    return this.settings.tasks?.map(toTaskSettings);
  }
}

export function toTaskSettings(given: string | TaskSettings): TaskSettings {
  return typeof given === "string" ? { key: given } : given;
}
