import { z } from "zod";
import type { Run } from "./replies.ts";
import { isEnded } from "./statuses.ts";

const Progress = z.enum(["PENDING", "RUNNING", "COMPLETED", "COMPLETED_WITH_WARNINGS", "FAILED"]);

/** What has been reported of a run, kept across restarts. Times are by the clock of Databricks, epoch ms. */
export const WatchedRun = z.object({
  jobId: z.string(),
  progress: Progress,
  /** How often it has been repaired. */
  attempt: z.int(),
  /** When it began; when it was first seen, where Databricks does not say. */
  startMs: z.number(),
  /** When it last ended; 0 before. */
  endedAtMs: z.number(),
  /** Nothing of it is on record, but what ended before then was told; 0 for all others. */
  toldUntilMs: z.number().default(0),
  /** By task run id; the tasks that have not begun are left out. */
  tasks: z.record(z.string(), Progress),
});
export type WatchedRun = z.output<typeof WatchedRun>;

/** A run of which nothing is on record yet. */
export function unreported({ jobId, startMs }: Run, nowMs: number, toldUntilMs = 0): WatchedRun {
  return { jobId, progress: "PENDING", attempt: 0, startMs: startMs || nowMs, endedAtMs: 0, toldUntilMs, tasks: {} };
}

/** Nothing more is expected of it; one that failed may still be repaired. */
export function isOver({ progress }: WatchedRun): boolean {
  return isEnded(progress) && progress !== "FAILED";
}
