import { type Duplicate, findDuplicates } from "./duplicates.ts";
import type { Finding } from "./finding.ts";
import type { Accounts, Delivery, History } from "./history.ts";
import type { Judge } from "./promises.ts";

export interface Verdict {
  readonly findings: readonly Finding[];
  /** Those with an excuse and those without. */
  readonly duplicates: readonly Duplicate[];
  /** Alerts that an excused duplicate has raised. */
  readonly excusedAlerts: number;
  /** From the last fault to the first event that had happened after it; `undefined` when none came. */
  readonly firstFreshAfterMs: number | undefined;
}

/** How soon after the last fault an event that happened after it has to be there. */
const FRESH_WITHIN_MS = 30_000;

/** Compares what came with what was promised. Pure. */
export function check(history: History, judge: Judge): Verdict {
  const duplicates = findDuplicates(history);
  const excused = duplicates.filter(({ excuse }) => excuse !== undefined);
  const alerts = new AlertBook([
    ...excused.map(({ delivery }) => delivery),
    ...(history.hasRepairs ? afterFirstEnds(history.deliveries) : []),
  ]);
  const unexcusedAlerts = history.alerts.filter(({ run }) => !alerts.excuse(run));
  const firstFreshAfterMs = findFirstFresh(history);
  const findings: readonly Finding[] = [
    ...judge(history.deliveries),
    ...duplicates.filter(({ excuse }) => excuse === undefined).map(toFinding),
    ...unexcusedAlerts.map(({ run }): Finding => ({ kind: "alert", run, text: `unexpected status change of ${run}` })),
    ...history.refusals.map((text): Finding => ({ kind: "refused", text })),
    ...history.lives
      .filter(({ end }) => end === "died")
      .map(({ number, how }): Finding => ({ kind: "died", life: number, text: `life ${number}: ${how}` })),
    ...history.damaged.map((name): Finding => ({ kind: "damage", text: `nothing had damaged the store: ${name}` })),
    ...checkFreshness(firstFreshAfterMs),
    ...checkAccounts(history),
  ];
  return { findings, duplicates, excusedAlerts: history.alerts.length - unexcusedAlerts.length, firstFreshAfterMs };
}

function toFinding({ delivery: { run, key, life }, before }: Duplicate): Finding {
  const seen = before.isSettled ? "which had its answer" : "which was not killed";
  return { kind: "twice", run, text: `${key}, from life ${before.life}, ${seen}, and from life ${life}` };
}

/** What a run had to be told of after its beginning and its first end: that a repair began, and ended. */
function afterFirstEnds(deliveries: readonly Delivery[]): readonly Delivery[] {
  const keysOf = new Map<string, Set<string>>();
  return deliveries.filter(({ run, key, isOfRun }) => {
    const keys = keysOf.get(run) ?? new Set();
    if (!isOfRun || keys.has(key)) return false;
    keysOf.set(run, keys.add(key));
    return keys.size > 2;
  });
}

/** Each of these statuses of runs themselves may raise one alert. */
class AlertBook {
  readonly #left = new Map<string, number>();

  constructor(excused: readonly Delivery[]) {
    for (const { run, isOfRun } of excused) {
      if (isOfRun) this.#left.set(run, (this.#left.get(run) ?? 0) + 1);
    }
  }

  excuse(run: string): boolean {
    const left = this.#left.get(run) ?? 0;
    this.#left.set(run, left - 1);
    return left > 0;
  }
}

function findFirstFresh({ deliveries, lastFaultAtMs }: History): number | undefined {
  const first = deliveries.find(({ happenedAtMs }) => happenedAtMs > lastFaultAtMs);
  return first && first.takenAtMs - lastFaultAtMs;
}

function checkFreshness(firstFreshAfterMs: number | undefined): readonly Finding[] {
  if (firstFreshAfterMs !== undefined && firstFreshAfterMs <= FRESH_WITHIN_MS) return [];
  const when = firstFreshAfterMs === undefined ? "never" : `after ${Math.round(firstFreshAfterMs)} ms`;
  return [{ kind: "stale", text: `the first event that happened after the last fault came ${when}` }];
}

function checkAccounts({ accounts, deliveries }: History): readonly Finding[] {
  if (accounts === undefined) return [{ kind: "accounts", text: "the store could not be read" }];
  const distinct = new Set(deliveries.map(({ key }) => key)).size;
  const { emitted, acknowledged, deduplicated, deadLettered, queued, damaged } = accounts;
  const problems = [
    emitted !== acknowledged + queued + deadLettered + deduplicated && "the sum is not what was emitted",
    acknowledged !== distinct && `${distinct} events came`,
    queued + deadLettered + damaged > 0 && "not all is delivered",
  ];
  return problems
    .filter((problem) => problem !== false)
    .map((problem): Finding => ({ kind: "accounts", text: `${problem}: ${describe(accounts)}` }));
}

const describe = (accounts: Accounts): string =>
  Object.entries(accounts)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
