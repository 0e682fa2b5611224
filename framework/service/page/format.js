const countFormat = new Intl.NumberFormat("en");
const compactFormat = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const momentFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

/** 340 ms, 1.2 s, 12 s, 3 min 20 s, 2 h 5 min, 3 d 4 h */
export function duration(ms) {
  if (ms < second) return `${Math.round(ms)} ms`;
  if (ms < 10 * second) return `${Number((ms / second).toFixed(1))} s`;
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return pair(ms, minute, "min", second, "s");
  return ms < day ? pair(ms, hour, "h", minute, "min") : pair(ms, day, "d", hour, "h");
}

/** An age that ticks by whole seconds: 0 s, 12 s, 3 min 20 s. */
export const age = (ms) => (ms < second ? "0 s" : duration(Math.floor(ms / second) * second));

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

/** Bytes as KiB, MiB or GiB. */
export function bytes(number) {
  const [unit, name] = number < 2 ** 20 ? [2 ** 10, "KiB"] : number < 2 ** 30 ? [2 ** 20, "MiB"] : [2 ** 30, "GiB"];
  return `${countFormat.format(Math.round((number / unit) * 10) / 10)} ${name}`;
}

/** Date and time of the reader's place. */
export const moment = (epochMs) => momentFormat.format(epochMs);
