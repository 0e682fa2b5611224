import { monitorEventLoopDelay } from "node:perf_hooks";

/**
 * Loaded into a measured process with `--import`: answers the message "reset" by beginning anew, and "report" with how
 * long its event loop kept others waiting since then, and its memory.
 */
export interface SelfReport {
  /** The delay that 99 % of the turns stay below, and the longest. */
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  readonly rssMiB: number;
}

const RESOLUTION_MS = 1;
const NS_PER_MS = 1e6;
const MIB = 1024 * 1024;

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
process.on("message", (message) => {
  if (message === "reset") delay.reset();
  if (message === "report") process.send?.(report());
});
process.channel?.unref(); // the process ends as if nobody watched it

function report(): SelfReport {
  return {
    delayP99Ms: delay.percentile(99) / NS_PER_MS - RESOLUTION_MS, // it counts its own timer's period
    delayMaxMs: delay.max / NS_PER_MS - RESOLUTION_MS,
    rssMiB: process.memoryUsage.rss() / MIB,
  };
}
