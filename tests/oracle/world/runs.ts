import type { RunStatus } from "../../../toolkit/observability/index.ts";
import { type Random, randomFrom } from "../random.ts";

/** One thing that happens in a run, at its own moment: no two of one run share theirs. */
export type Step = { readonly atMs: number } & (
  | { readonly kind: "run"; readonly status: RunStatus }
  | { readonly kind: "task"; readonly task: string; readonly attempt: number; readonly status: RunStatus }
  | { readonly kind: "message"; readonly task: string; readonly text: string }
  | { readonly kind: "metric"; readonly rows: number }
);

export interface PlannedRun {
  readonly id: string;
  readonly pipeline: string;
  /** In order of time. The first is the beginning of the run, the last its end. Epoch ms. */
  readonly steps: readonly [Step, ...Step[]];
}

/** When runs begin, and by when all have ended. Epoch ms. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

const PIPELINES = ["orders", "invoices", "stock", "clicks", "weather"] as const;
const TASKS = ["extract", "clean", "load", "check"] as const;
/** From the beginning of one run to that of the next, ms: with ten events a run, some 80 a second. */
const BETWEEN_RUNS_MS = [40, 200] as const;
const LONGEST_RUN_MS = 3_000;

/** The runs of a lively tool, in the order in which they begin. The same for the same seed, but for the time of day. */
export function planRuns(seed: number, { fromMs, untilMs }: Span): readonly PlannedRun[] {
  const random = randomFrom(seed, "runs");
  const runs: PlannedRun[] = [];
  for (let atMs = fromMs; ; atMs += random.whole(...BETWEEN_RUNS_MS)) {
    const runMs = random.chance(0.4) ? random.whole(150, 700) : random.whole(700, LONGEST_RUN_MS);
    if (atMs + runMs <= untilMs) runs.push(planRun(`r${runs.length + 1}`, atMs, runMs, random));
    else if (atMs >= untilMs) return runs;
  }
}

function planRun(id: string, atMs: number, runMs: number, random: Random): PlannedRun {
  const tasks = TASKS.slice(0, random.whole(1, TASKS.length)).flatMap((task) => planTask(task, random));
  const failed = tasks.at(-1)?.some((what) => what.kind === "task" && what.status === "FAILED") ?? false;
  const status = failed ? "FAILED" : random.chance(0.1) ? "COMPLETED_WITH_WARNINGS" : "COMPLETED";
  const inside = tasks.flat();
  const moments = distinctMoments(inside.length, atMs + 1, atMs + runMs - 2, random);
  return {
    id,
    pipeline: random.pick(PIPELINES),
    steps: [
      { atMs, kind: "run", status: "RUNNING" },
      ...inside.map((what, index) => ({ ...what, atMs: moments[index] ?? atMs + 1 })),
      { atMs: atMs + runMs - 1, kind: "metric", rows: random.whole(0, 100_000) },
      { atMs: atMs + runMs, kind: "run", status },
    ],
  };
}

type WithoutTime<Each> = Each extends unknown ? Omit<Each, "atMs"> : never;

/** The attempts of a task, one after the other: one that fails says why, and is mostly tried again. */
function planTask(task: string, random: Random, attempt = 1): readonly (readonly WithoutTime<Step>[])[] {
  const running = { kind: "task", task, attempt, status: "RUNNING" } as const;
  if (random.chance(0.8)) return [[running, { kind: "task", task, attempt, status: "COMPLETED" }]];
  const failed = { kind: "task", task, attempt, status: "FAILED" } as const;
  const first = [running, { kind: "message", task, text: `${task}: attempt ${attempt} failed` } as const, failed];
  return attempt < 3 && random.chance(0.7) ? [first, ...planTask(task, random, attempt + 1)] : [first];
}

/** In ascending order; there is always room for them. */
function distinctMoments(count: number, fromMs: number, toMs: number, random: Random): readonly number[] {
  const moments = new Set<number>();
  while (moments.size < count) moments.add(random.whole(fromMs, toMs));
  return [...moments].toSorted((one, other) => one - other);
}
