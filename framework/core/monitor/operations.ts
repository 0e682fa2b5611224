import { createContext, ensure, type Operation } from "effection";
import type { ChannelStatistics } from "../channels/index.ts";
import { TaskPathContext } from "../nursery.ts";
import { type Health, HealthReasons } from "./health.ts";
import type { LoopReport } from "./loop-report.ts";
import type { Monitor, WatchedItem } from "./monitor.ts";

/** Set by the entry point when there is a service that shows it. */
export const MonitorContext = createContext<Monitor>("observability-agents.monitor");

/** The run's monitor, if there is one. */
export function useMonitor(): Operation<Monitor | undefined> {
  return MonitorContext.get();
}

const HealthContext = createContext<Health>("observability-agents.health");

/** Where to say what is wrong; where nobody watches, it is forgotten. */
export function* useHealth(): Operation<Health> {
  return (yield* HealthContext.get()) ?? (yield* MonitorContext.get())?.health ?? new HealthReasons();
}

/** What is said to be wrong from here on is forgotten with the caller's scope: those who said it cannot take it back then. */
export function* forgetHealthAtEnd(): Operation<void> {
  const outer = yield* useHealth();
  const subjects = new Set<string>();
  yield* HealthContext.set({
    degraded(subject, reason) {
      subjects.add(subject);
      outer.degraded(subject, reason);
    },
    ok(subject) {
      subjects.delete(subject);
      outer.ok(subject);
    },
  });
  yield* ensure(() => {
    for (const subject of subjects) outer.ok(subject);
  });
}

/** Runs a loop that tells the run's monitor what it does; `report` is `undefined` where there is none. */
export function* reportLoop(name: string, loop: (report: LoopReport | undefined) => Operation<void>): Operation<void> {
  const monitor = yield* MonitorContext.get();
  if (monitor === undefined) return yield* loop(undefined);
  const report = monitor.openLoop(name, yield* TaskPathContext.expect());
  try {
    yield* loop(report);
  } finally {
    monitor.endLoop(report);
  }
}

/** Shows what a source is watching under this name for as long as the caller's scope. */
export function* watchList(name: string, items: () => Iterable<WatchedItem>): Operation<void> {
  const monitor = yield* MonitorContext.get();
  const forget = monitor?.watchList({ name, items });
  if (forget !== undefined) yield* ensure(forget);
}

/** Shows a channel under this name for as long as the caller's scope. */
export function* watchChannel(name: string, end: { statistics(): ChannelStatistics }): Operation<void> {
  const monitor = yield* MonitorContext.get();
  const forget = monitor?.watchChannel({ name, statistics: () => end.statistics() });
  if (forget !== undefined) yield* ensure(forget);
}
