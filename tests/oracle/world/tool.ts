import type { PlannedRun, Step } from "./runs.ts";

export const PAGE_SIZE = 8;

/** A run as the tool's lists have it: what can be said of it now. */
export interface ListedRun {
  readonly id: string;
  readonly pipeline: string;
  /** Epoch ms, by the tool's clock; so are all times. */
  readonly changed_at: number;
  readonly started_at: number;
  readonly ended?: { readonly at: number; readonly status: string };
}

export interface Page {
  readonly as_of: number;
  readonly runs: readonly ListedRun[];
  /** Of the next page, when there is one. */
  readonly next?: string;
}

/** The invented tool that the oracle's agent watches: what it shows at a moment follows from the plan alone. */
export class Tool {
  readonly #byId: ReadonlyMap<string, PlannedRun>;
  #runs: readonly PlannedRun[];

  constructor(runs: readonly PlannedRun[]) {
    this.#byId = new Map(runs.map((run) => [run.id, run]));
    this.#runs = runs;
  }

  /** Those that have begun and those that will. */
  get runs(): readonly PlannedRun[] {
    return this.#runs;
  }

  /** From now on only those runs begin that will have ended by then. */
  endBy(endMs: number, nowMs: number): void {
    this.#runs = this.#runs.filter(({ steps }) => steps[0].atMs <= nowMs || (steps.at(-1)?.atMs ?? 0) <= endMs);
  }

  /**
   * The runs that changed at or after `sinceMs`, the longest unchanged first.
   * @param after the `next` of the page before
   */
  list(sinceMs: number, after: string | undefined, nowMs: number): Page {
    const listed = this.#runs
      .filter(({ steps }) => steps[0].atMs <= nowMs && (steps.at(-1)?.atMs ?? 0) >= sinceMs)
      .map((run) => toListed(run, nowMs))
      .filter((run) => run.changed_at >= sinceMs && (after === undefined || placeOf(run) > after))
      .toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
    const runs = listed.slice(0, PAGE_SIZE);
    const last = runs.at(-1);
    return { as_of: nowMs, runs, ...(last && listed.length > PAGE_SIZE && { next: placeOf(last) }) };
  }

  /** What has happened in a run so far; `undefined` when there is no such run yet. */
  history(id: string, nowMs: number): readonly Step[] | undefined {
    const steps = this.#byId.get(id)?.steps.filter(({ atMs }) => atMs <= nowMs);
    return steps?.length === 0 ? undefined : steps;
  }
}

function toListed({ id, pipeline, steps }: PlannedRun, nowMs: number): ListedRun {
  const last = steps.findLast(({ atMs }) => atMs <= nowMs) ?? steps[0];
  const isOver = last === steps.at(-1) && last.kind === "run";
  return {
    id,
    pipeline,
    changed_at: last.atMs,
    started_at: steps[0].atMs,
    ...(isOver && { ended: { at: last.atMs, status: last.status } }),
  };
}

/** Sorts as text: a page goes on behind a run, not at a number, so that nothing is skipped when runs change meanwhile. */
const placeOf = ({ changed_at, id }: ListedRun): string => `${changed_at}/${id}`;
