import type { AcceptedEvent } from "../observability-server/index.ts";

export type ObligedStatus = "RUNNING" | "COMPLETED" | "COMPLETED_WITH_WARNINGS" | "FAILED";

/**
 * What a source has shown and Observability must therefore get: one status of a run, or of a task in it. The obligations
 * of one run are in the order in which it all happened.
 */
export interface Obligation {
  /** The `pipeline_key`. */
  readonly pipeline: string;
  /** The `run_key`. */
  readonly run: string;
  /** The `task_key`; absent for the run itself. */
  readonly task?: string;
  readonly status: ObligedStatus;
  /** The source showed it only for a while: an agent that did not look meanwhile owes nothing. */
  readonly optional?: true;
}

export type FindingKind = "missing" | "twice" | "not promised" | "out of order";

/** One way in which events differ from what was obliged. */
export interface Finding {
  readonly kind: FindingKind;
  /** `run acme/7, task load: COMPLETED` and, for some kinds, what about it. */
  readonly text: string;
}

interface Kept {
  readonly obligation: Obligation;
  /** Position of the event that met it, among all; `undefined` while there is none. */
  at: number | undefined;
}

/**
 * Compares what came with what was obliged. In order means: each task's statuses and each run's own in their order, and a
 * status of the run itself after all that the source showed of its tasks before it, and before all that came later. Tasks
 * of one run may overtake each other. Only run-status events count.
 */
export function compare(obligations: readonly Obligation[], events: readonly AcceptedEvent[]): readonly Finding[] {
  const runs = groupByRun(obligations);
  const findings: Finding[] = [];
  for (const [at, event] of events.entries()) {
    const shown = toObligation(event);
    if (shown === undefined) continue;
    const finding = keep(runs.get(runOf(shown)) ?? [], shown, at);
    if (finding !== undefined) findings.push(finding);
  }
  for (const run of runs.values()) findings.push(...missingOf(run), ...disorderOf(run));
  return findings;
}

/** The obligation that an event meets; `undefined` when it is about something else than the status of a run. */
export function toObligation({ type, body }: AcceptedEvent): Obligation | undefined {
  const { pipeline_key: pipeline, run_key: run, task_key: task } = body;
  const status = statuses.find((each) => each === body["status"]);
  if (type !== "run-status" || typeof pipeline !== "string" || typeof run !== "string" || !status) return undefined;
  return { pipeline, run, status, ...(typeof task === "string" && { task }) };
}

/** `run acme/7, task load: COMPLETED` */
export function describeObligation({ pipeline, run, task, status }: Obligation): string {
  return `run ${pipeline}/${run}${task === undefined ? "" : `, task ${task}`}: ${status}`;
}

const statuses: readonly ObligedStatus[] = ["RUNNING", "COMPLETED", "COMPLETED_WITH_WARNINGS", "FAILED"];

function groupByRun(obligations: readonly Obligation[]): ReadonlyMap<string, Kept[]> {
  const runs = new Map<string, Kept[]>();
  for (const obligation of obligations) {
    const run = runs.get(runOf(obligation)) ?? [];
    runs.set(runOf(obligation), run);
    run.push({ obligation, at: undefined });
  }
  return runs;
}

function runOf({ pipeline, run }: Obligation): string {
  return JSON.stringify([pipeline, run]);
}

/** Notes that an event came; the finding says that nothing was left for it to meet. */
function keep(run: readonly Kept[], shown: Obligation, at: number): Finding | undefined {
  const same = run.filter(({ obligation }) => obligation.task === shown.task && obligation.status === shown.status);
  const open = same.find((kept) => kept.at === undefined);
  if (open === undefined) return { kind: same.length > 0 ? "twice" : "not promised", text: describeObligation(shown) };
  open.at = at;
  return undefined;
}

function missingOf(run: readonly Kept[]): readonly Finding[] {
  return run
    .filter(({ obligation, at }) => at === undefined && obligation.optional !== true)
    .map(({ obligation }) => ({ kind: "missing", text: describeObligation(obligation) }));
}

/** Each event that came before one that it had to follow. */
function disorderOf(run: readonly Kept[]): readonly Finding[] {
  return run.flatMap((later, index) => {
    const early = run.slice(0, index).find((earlier) => mustPrecede(earlier, later) && isAfter(earlier, later));
    if (early === undefined) return [];
    const text = `${describeObligation(later.obligation)} came before ${describeObligation(early.obligation)}`;
    return [{ kind: "out of order", text }];
  });
}

function mustPrecede({ obligation: earlier }: Kept, { obligation: later }: Kept): boolean {
  return earlier.task === later.task || earlier.task === undefined || later.task === undefined;
}

function isAfter(one: Kept, other: Kept): boolean {
  return one.at !== undefined && other.at !== undefined && one.at > other.at;
}
