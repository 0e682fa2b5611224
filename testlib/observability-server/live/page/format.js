const clockFormat = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const minuteFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayFormat = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const longDayFormat = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const countFormat = new Intl.NumberFormat(undefined);
const compactFormat = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

/** 14:03:12 */
export const clock = (ms) => (Number.isFinite(ms) ? clockFormat.format(ms) : "–");

/** 14:03:12 of today, 3 May 14:03 of this year, 3 May 2021 of another. */
export function moment(ms, now) {
  if (!Number.isFinite(ms)) return "–";
  if (dayFormat.format(ms) === dayFormat.format(now) && Math.abs(now - ms) < 2 * day) return clock(ms);
  return Math.abs(now - ms) < 180 * day
    ? `${dayFormat.format(ms)} ${minuteFormat.format(ms)}`
    : longDayFormat.format(ms);
}

/** The label of a tick on an axis whose ticks are `step` apart. */
export function tick(ms, step) {
  if (step < minute) return clock(ms);
  if (step < day) return minuteFormat.format(ms);
  return step < 300 * day ? dayFormat.format(ms) : longDayFormat.format(ms);
}

/** 340 ms, 12 s, 3 min 20 s, 2 h 5 min, 3 d 4 h */
export function duration(ms) {
  if (!Number.isFinite(ms)) return "–";
  if (ms < second) return `${Math.round(ms)} ms`;
  if (ms < 10 * second) return `${(ms / second).toFixed(1)} s`;
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return pair(ms, minute, "min", second, "s");
  return ms < day ? pair(ms, hour, "h", minute, "min") : pair(ms, day, "d", hour, "h");
}

function pair(ms, large, largeUnit, small, smallUnit) {
  const rest = Math.floor((ms % large) / small);
  return `${countFormat.format(Math.floor(ms / large))} ${largeUnit}${rest > 0 ? ` ${rest} ${smallUnit}` : ""}`;
}

/** just now, 12 s ago, 3 min ago, 2 h ago, 4 d ago */
export function ago(ms) {
  if (ms < 2 * second) return "just now";
  const [unit, name] = ms < minute ? [second, "s"] : ms < hour ? [minute, "min"] : ms < day ? [hour, "h"] : [day, "d"];
  return `${countFormat.format(Math.floor(ms / unit))} ${name} ago`;
}

/** 12,345; from a million on 1.2M */
export const count = (number) => (number < 1_000_000 ? countFormat : compactFormat).format(number);

export const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** 0, 0.4, 12, 8,123 */
export const rate = (perSecond) =>
  countFormat.format(perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.round(perSecond));
