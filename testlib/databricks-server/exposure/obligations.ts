import { type Entry, isEnded, type JobRun, type Life } from "../workspace/index.ts";
import type { Exposures } from "./exposures.ts";
import { type OwedStatus, owedStatus } from "./owed-status.ts";

/** What Observability is owed, in the form that `compare` takes, and where it comes from. */
export interface DatabricksObligation {
  readonly pipeline: string;
  readonly run: string;
  readonly task?: string;
  readonly status: OwedStatus;
  readonly optional?: true;
  /** When it was, as the API says: epoch ms by the server's clock. */
  readonly at: number;
  /** When a reply has shown it first, epoch ms by the server's clock. */
  readonly seenAt?: number;
  /** Of the task, or of the run as a retry of another. */
  readonly attempt: number;
  /** 0 for the original, then the number of the repair. */
  readonly repair: number;
}

export interface ObligationOptions {
  /** `listed`, the default: the runs that some reply has shown. `all`: all that there are for whoever asks. */
  readonly runs?: "listed" | "all";
  /** A RUNNING that no reply has shown, before an end that is owed or still going on: `optional` by default. */
  readonly unseenRunning?: "optional" | "required";
  /** What the agent uses for `task_key`: the `run_id` of the task run by default. */
  readonly taskKey?: "run_id" | "task_key";
}

/** What `obligationsOf` looks at besides the run. */
export interface Evidence {
  readonly exposures: Exposures;
  /** False for a run that nobody can see any more: then only what was shown is owed. */
  readonly isThere: boolean;
}

/**
 * What is owed of one run, in the order in which it happened: of the original and then of each repair, first that the run
 * has begun, then its tasks by time, then its end. Owed is what a reply has shown, and each end that whoever asks can
 * still see. What came and went unseen is optional. Iterations of for-each tasks owe nothing.
 */
export function obligationsOf(
  run: JobRun,
  evidence: Evidence,
  options: ObligationOptions = {},
): readonly DatabricksObligation[] {
  const names = { pipeline: String(run.job.id), run: String(run.id) };
  const isSure = evidence.isThere && options.unseenRunning === "required";
  const owedBy = (life: Life, name: Name) => toOwed(toStretches(life, evidence), name, isSure);
  const own = owedBy(run, { ...names, attempt: run.attempt });
  const byTime = run
    .tasksAt()
    .flatMap((task) => {
      const key = options.taskKey === "task_key" ? task.key : String(task.runId);
      return owedBy(task, { ...names, task: key, attempt: task.attempt, repair: task.repair });
    })
    .toSorted((one, other) => one.at - other.at);
  return Array.from({ length: run.repairs.length + 1 }, (_, round) => [
    ...own.filter(({ repair, status }) => repair === round && status === "RUNNING"),
    ...byTime.filter(({ repair }) => repair === round),
    ...own.filter(({ repair, status }) => repair === round && status !== "RUNNING"),
  ]).flat();
}

type Name = Pick<DatabricksObligation, "pipeline" | "run" | "task" | "attempt"> & { readonly repair?: number };

/** @param isSure that it was running is owed as well when no reply has shown it */
function toOwed(
  stretches: readonly Stretch[],
  { repair, ...name }: Name,
  isSure: boolean,
): readonly DatabricksObligation[] {
  return stretches.map(({ status, at, seenAt, round, isOwed }, index) => {
    const leadsToOwed = stretches[index + 1]?.isOwed ?? status === "RUNNING";
    return {
      ...name,
      status,
      ...(!isOwed && !(isSure && leadsToOwed) && { optional: true }),
      at,
      ...(seenAt !== undefined && { seenAt }),
      repair: repair ?? round,
    };
  });
}

/** Phases in a row that come to the same status; an end stands alone. */
interface Stretch {
  readonly status: OwedStatus;
  readonly at: number;
  readonly seenAt: number | undefined;
  readonly round: number;
  readonly isOwed: boolean;
}

function toStretches(life: Life, { exposures, isThere }: Evidence): readonly Stretch[] {
  const stretches: Stretch[] = [];
  const entries = life.entriesUntil();
  for (const entry of entries) {
    const status = owedStatus(entry);
    if (status === undefined) continue;
    const { round, phase, startTime } = entry;
    const begunAt = beginOf(entry, entries);
    const at = status === "RUNNING" ? begunAt : entry.at;
    const seenAt = exposures.shownAt(entry);
    const isOwed = seenAt !== undefined || (isThere && isEnded(phase) && entry === entries.at(-1));
    const previous = stretches.at(-1);
    const isGoingOn = previous?.status === "RUNNING" && previous.round === round;
    if (isGoingOn && status === "RUNNING") {
      stretches[stretches.length - 1] = {
        ...previous,
        seenAt: previous.seenAt ?? seenAt,
        isOwed: previous.isOwed || isOwed,
      };
    } else {
      // It has ended and was started: so it must have been running for a moment.
      if (!isGoingOn && status !== "RUNNING" && startTime > 0) {
        stretches.push({ status: "RUNNING", at: begunAt, seenAt: undefined, round, isOwed: false });
      }
      stretches.push({ status, at, seenAt, round, isOwed });
    }
  }
  return stretches;
}

/** What the API gives for its start: also that of a run, or of its repair, is when it came into the queue. */
function beginOf({ round, at, startTime }: Entry, entries: readonly Entry[]): number {
  return round === 0 ? startTime || at : (entries.find((entry) => entry.round === round)?.at ?? at);
}
