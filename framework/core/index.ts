export { abortable } from "./abortable.ts";
export { type Backoff, backoff } from "./backoff.ts";
export * from "./channels/index.ts";
export { Checkpoint, eventLoopTurn } from "./checkpoint.ts";
export { type Handle, runHandle } from "./handle.ts";
export { type ChannelReceiveOptions, channelReceiveLoop } from "./loops/channel-receive-loop.ts";
export { type LaneOptions, runLanes } from "./loops/lanes.ts";
export { type PeriodicLoopOptions, periodicLoop } from "./loops/periodic-loop.ts";
export type { WatermarkOptions } from "./loops/watermark.ts";
export * from "./monitor/index.ts";
export { type Nursery, openNursery, type Startable, TaskNameContext } from "./nursery.ts";
export { runningTasks } from "./running-tasks.ts";
export { CancelScope } from "./scopes/cancel-scope.ts";
export { failAfter, type MovedOn, moveOnAfter, timeoutScopeLog } from "./scopes/timeouts.ts";
export { TooSlowError } from "./scopes/too-slow-error.ts";
export { type Settled, settle } from "./settle.ts";
export { Shutdown, ShutdownContext, untilShutdown, useShutdown } from "./shutdown.ts";
export {
  type ChannelTask,
  type Execute,
  type PeriodicTask,
  type Task,
  type TaskContext,
  type Tick,
  useTask,
  withTask,
} from "./task.ts";
export { ThrottledLog } from "./throttled-log.ts";
export { type UnitsOfWork, UnitsOfWorkContext, unitOfWork, type Watermarks } from "./unit-of-work.ts";
export { Wait } from "./wait.ts";
