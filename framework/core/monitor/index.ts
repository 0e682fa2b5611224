export type { EventFate, TrailEntry } from "./event-trail.ts";
export type { Failure } from "./failure.ts";
export type { Health, HealthReason } from "./health.ts";
export type { Connection, LoopFacts, LoopReport } from "./loop-report.ts";
export { type LoopCounts, Monitor, type WatchedChannel, type WatchedItem, type WatchedList } from "./monitor.ts";
export {
  forgetHealthAtEnd,
  MonitorContext,
  reportLoop,
  useHealth,
  useMonitor,
  watchChannel,
  watchList,
} from "./operations.ts";
