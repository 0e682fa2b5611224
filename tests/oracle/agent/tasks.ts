import type { Operation } from "effection";
import { z } from "zod";
import { type PeriodicTask, runHandle, type SendChannel } from "../../../framework/core/index.ts";
import { openState, type State } from "../../../framework/delivery/index.ts";
import type { HttpClient } from "../../../framework/http/index.ts";
import type { ObservabilityEvent } from "../../../toolkit/observability/index.ts";
import { runStep, toEvent } from "./events.ts";
import { changedRuns, getHistory, type ListedRun, listRuns } from "./handles.ts";

/** How far back each poll asks once more. */
const OVERLAP_MS = 1_000;
/** Far more than change within the overlap. */
const MANY_RUNS = 60;
/** Where the watermark of an agent that knows nothing yet begins: before the tool's first run. */
export const LOOKBACK_MS = 60_000;
/** A run that has not changed for so long is not listed any more. */
const FORGET_AFTER_MS = 10_000;

const KnownRun = z.object({ changedAt: z.number(), steps: z.int() });
const Cursor = z.object({ asOf: z.number() });
type KnownRuns = State<z.output<typeof KnownRun>>;

export interface ReportRunsOptions {
  readonly http: HttpClient;
  /** Where a poll begins: at the tool's own time of the last one, or at the end of the loop's last window. */
  readonly window: "cursor" | "watermark";
}

/** Sends what has happened in the tool's runs, and keeps what it knows of them: all of a tick, or nothing. */
export function reportRuns(
  { http, window }: ReportRunsOptions,
  outbound: SendChannel<ObservabilityEvent>,
): PeriodicTask<ObservabilityEvent> {
  return {
    name: "oracle.report_runs",
    outbound,
    *open({ send }) {
      const list = listRuns(http);
      const known = yield* openState({ name: "oracle.runs", schema: KnownRun });
      const cursors = yield* openState({ name: "oracle.cursor", schema: Cursor });
      return function* ({ previous }) {
        const kept = yield* cursors.get("tool");
        // A cursor can stop anywhere: so a backlog is not all or nothing. The loop's window is whole by its nature.
        const many = window === "cursor" ? MANY_RUNS : Number.POSITIVE_INFINITY;
        const from = window === "cursor" ? (kept?.asOf ?? 0) : previous;
        const { asOf, runs } = yield* changedRuns(list, from - OVERLAP_MS, many);
        for (const run of runs) yield* report(run, { http, known, send });
        yield* forget(known, asOf - FORGET_AFTER_MS);
        yield* cursors.set("tool", { asOf });
      };
    },
  };
}

interface Reporting {
  readonly http: HttpClient;
  readonly known: KnownRuns;
  send(event: ObservabilityEvent): Operation<void>;
}

/** The run's end may be sent before its tasks: within a unit of work the framework puts it behind them. */
function* report(run: ListedRun, { http, known, send }: Reporting): Operation<void> {
  yield* send(toEvent(run, runStep(run.started_at, "RUNNING")));
  if (run.ended) yield* send(toEvent(run, runStep(run.ended.at, run.ended.status)));
  const before = yield* known.get(run.id);
  if (before?.changedAt === run.changed_at) return;
  const steps = yield* runHandle(getHistory(http), run.id);
  for (const [index, step] of steps.entries()) {
    // The status of the run itself is the list's: the history is newer, and may have an end that the list does not show.
    const isNew = step.kind === "task" || index >= (before?.steps ?? 0);
    if (step.kind !== "run" && isNew) yield* send(toEvent(run, step));
  }
  yield* known.set(run.id, { changedAt: run.changed_at, steps: steps.length });
}

function* forget(known: KnownRuns, beforeMs: number): Operation<void> {
  for (const [id, { changedAt }] of yield* known.entries()) if (changedAt < beforeMs) yield* known.delete(id);
}
