import type { Verdict } from "../checker/check.ts";
import type { History, Life } from "../checker/history.ts";
import type { OracleRun } from "../oracle.ts";

/** What a run has been through and what came of it, in some twenty lines. */
export function summary({ seed, history, journal, log, disk }: OracleRun, verdict: Verdict): string {
  const { obligations, deliveries, lives, accounts } = history;
  const killed = lives.filter(({ end }) => end === "killed");
  const distinct = new Set(deliveries.map(({ key }) => key)).size;
  const settled = deliveries.filter(({ isSettled }) => isSettled).length;
  const lost = deliveries.filter(({ answer }) => answer === "lost").length;
  const seconds = Math.round(((lives.at(-1)?.endedAtMs ?? 0) - (lives[0]?.startedAtMs ?? 0)) / 1000);
  return [
    `seed ${seed}, ${seconds} s, ${lives.length} lives: ${killed.length} killed, ${stopped(lives)} stopped; disk: ${disk}`,
    `  obligations ${obligations.length}, delivered ${distinct}, ${runsInDowntime(history)} runs began and ended in a downtime`,
    `  requests taken ${deliveries.length}: answers lost ${lost}, seen by the agent to the end ${settled}`,
    `  duplicates ${verdict.duplicates.length}: ${counted(verdict.duplicates.map(({ excuse }) => excuse ?? "no excuse"))}`,
    `  alerts "unexpected status" ${history.alerts.length}, raised by such duplicates ${verdict.excusedAlerts}`,
    `  first fresh event ${verdict.firstFreshAfterMs ?? "never"} ms after the last fault`,
    `  accounts: ${accounts ? JSON.stringify(accounts) : "none"}`,
    `  kills: ${counted(killed.map(({ how }) => how.replace(/\d+ ms/, "some ms")))}`,
    `  faults: ${counted(journal.spans.map(({ what }) => what).filter((what) => !what.startsWith("agent: SIG")))}`,
    `  logged: ${top(log.counts, 8)}`,
    ...Object.entries(Object.groupBy(verdict.findings, ({ kind }) => kind)).map(
      ([kind, findings]) => `  FOUND ${kind}: ${findings.length}, first: ${findings[0]?.text}`,
    ),
  ].join("\n");
}

const stopped = (lives: readonly Life[]): number => lives.filter(({ end }) => end === "stopped").length;

/** `3 server: reset, 2 disk: full` */
function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts.size === 0 ? "none" : top(counts, Number.POSITIVE_INFINITY);
}

function top(counts: ReadonlyMap<string, number>, most: number): string {
  return [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, most)
    .map(([name, count]) => `${count} × ${name}`)
    .join(", ");
}

/** Runs that no life of the agent can have seen while they ran. */
function runsInDowntime({ obligations, lives }: History): number {
  const spans = new Map<string, { fromMs: number; toMs: number }>();
  for (const { run, exposedAtMs } of obligations) {
    const span = spans.get(run) ?? { fromMs: exposedAtMs, toMs: exposedAtMs };
    span.toMs = exposedAtMs;
    spans.set(run, span);
  }
  const gaps = lives.slice(1).map((life, index) => ({ fromMs: lives[index]?.endedAtMs ?? 0, toMs: life.startedAtMs }));
  const isInGap = (span: { fromMs: number; toMs: number }) =>
    gaps.some((gap) => gap.fromMs < span.fromMs && span.toMs < gap.toMs);
  return [...spans.values()].filter(isInGap).length;
}
