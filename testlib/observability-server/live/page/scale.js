// The time axis of the runs. No DOM here.

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 7, 14, 30, 90, 180, 365, 730, 1825, 3650].map((n) => n * day),
];

export const ranges = [
  { id: "fit", label: "Fit", ms: undefined },
  { id: "5m", label: "5 min", ms: 5 * minute },
  { id: "1h", label: "1 h", ms: hour },
  { id: "24h", label: "24 h", ms: day },
];

/** @returns the axis from `start` to `end` (epoch ms) that holds the runs, or the last `rangeMs` up to now */
export function scaleOf(runs, rangeMs, now) {
  if (rangeMs !== undefined) return { start: now - rangeMs, end: now };
  if (runs.length === 0) return { start: now - 5 * minute, end: now };
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (const { state, tasks } of runs) {
    for (const each of [state, ...tasks.map((task) => task.state)]) {
      start = Math.min(start, each.startMs);
      end = Math.max(end, each.endMs ?? Math.max(now, each.startMs));
    }
  }
  const padding = Math.max((end - start) * 0.02, second / 2);
  return { start: start - padding, end: end + padding };
}

/** Where a run's or task's bar is, in percent of the axis; undefined when it is wholly outside. */
export function placeOn({ start, end }, { startMs, endMs }, now) {
  const until = endMs ?? Math.max(now, startMs);
  if (until < start || startMs > end) return undefined;
  const percent = (ms) => (100 * (Math.min(Math.max(ms, start), end) - start)) / (end - start);
  return { left: percent(startMs), width: percent(until) - percent(startMs), openLeft: startMs < start };
}

/** At most `max` round moments (by local time) on the axis, and how far apart they are. */
export function ticksOn({ start, end }, max) {
  const step = steps.find((each) => (end - start) / each <= max) ?? (end - start) / max;
  const offset = -new Date(start).getTimezoneOffset() * minute;
  const ticks = [];
  for (let at = Math.ceil((start + offset) / step) * step - offset; at <= end; at += step) ticks.push(at);
  return { ticks, step };
}
