import type { Registry } from "prom-client";
import type { LoopCounts, LoopFacts, Monitor } from "../../core/index.ts";
import { counter, gauge } from "./gauges.ts";

/** @returns what sets them; loops of one name are one */
export function loopMetrics(registry: Registry): (monitor: Monitor) => void {
  const polls = counter(registry, "polls_total", "Ticks of periodic tasks.", ["task", "result"]);
  const items = counter(registry, "items_total", "Items and messages that tasks have dealt with.", ["task", "result"]);
  const reconnects = counter(registry, "reconnects_total", "Connections opened after the first one.", ["task"]);
  const connected = gauge(registry, "connected", "1 while the task has its connection.", ["task"]);
  const lag = gauge(registry, "watermark_lag_seconds", "Time since the end of the last window that was covered.", [
    "task",
  ]);
  const success = gauge(registry, "last_success_timestamp_seconds", "When the task last succeeded, Unix time.", [
    "task",
  ]);
  const used = gauge(registry, "channel_items", "Items in a channel.", ["channel"]);
  const waiting = gauge(registry, "channel_senders_waiting", "Tasks that wait for room in a channel.", ["channel"]);
  const all = [polls, items, reconnects, connected, lag, success, used, waiting];

  function readLoops(loops: readonly LoopFacts[], task: string, counts: LoopCounts): void {
    const { successes, failures } = counts;
    const executions = counts.isPeriodic ? polls : items;
    executions.set(successes, { task, result: "success" });
    executions.set(failures, { task, result: "failure" });
    const links = current(loops, ({ connection }) => connection);
    if (links.length > 0 || counts.reconnects > 0) reconnects.set(counts.reconnects, { task });
    if (links.length > 0) connected.set(Number(links.every(({ isOpen }) => isOpen)), { task });
    const covered = current(loops, ({ coveredUntilEpochMs }) => coveredUntilEpochMs);
    if (covered.length > 0) lag.set(Math.max(0, Date.now() - Math.min(...covered)) / 1000, { task });
    const succeeded = loops.flatMap(({ lastSuccessAtMs = [] }) => lastSuccessAtMs);
    if (succeeded.length > 0) success.set(toUnixSeconds(Math.max(...succeeded)), { task });
  }

  return (monitor) => {
    for (const metric of all) metric.clear();
    monitor.dateSuccesses();
    const byName = Map.groupBy(monitor.loops, ({ name }) => name);
    for (const [task, counts] of monitor.counts()) readLoops(byName.get(task) ?? [], task, counts);
    for (const { name, statistics } of monitor.channels) {
      const { bufferUsed, sendersWaiting } = statistics();
      used.set(bufferUsed, { channel: name });
      waiting.set(sendersWaiting, { channel: name });
    }
  };
}

/**
 * What the loops that run say. Those that have ended say what was: the last of them counts only while no other says
 * anything, as when a loop that was started again has not come that far.
 */
function current<T>(loops: readonly LoopFacts[], factOf: (loop: LoopFacts) => T | undefined): readonly T[] {
  const factsOf = (some: readonly LoopFacts[]) => some.map(factOf).filter((fact) => fact !== undefined);
  const ofRunning = factsOf(loops.filter(({ endedAtMs }) => endedAtMs === undefined));
  return ofRunning.length > 0 ? ofRunning : factsOf(loops).slice(-1);
}

/** @param atMs on the clock of `performance.now()` */
function toUnixSeconds(atMs: number): number {
  return (Date.now() - (performance.now() - atMs)) / 1000;
}
