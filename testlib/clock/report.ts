import { callSite } from "./call-site.ts";
import type { VirtualTimer } from "./virtual-timer.ts";

const MAX_LINES = 10;

/** One line a timer, soonest first. */
export function describeTimers(timers: readonly VirtualTimer[], nowMs: number): string {
  const lines = timers.slice(0, MAX_LINES).map((timer) => describeTimer(timer, nowMs));
  if (timers.length > MAX_LINES) lines.push(`  and ${timers.length - MAX_LINES} more`);
  return lines.join("\n");
}

function describeTimer(timer: VirtualTimer, nowMs: number): string {
  const { repeats, delayMs, origin } = timer.settings;
  const due = timer.deadlineMs === undefined ? "not pending" : `due in ${timer.deadlineMs - nowMs} ms`;
  return `  ${repeats ? "setInterval" : "setTimeout"} of ${delayMs} ms, ${due}, made at ${callSite(origin)}`;
}
