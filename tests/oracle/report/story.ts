import type { Finding } from "../checker/finding.ts";
import type { History, Life } from "../checker/history.ts";
import type { OracleRun } from "../oracle.ts";

interface Moment {
  readonly atMs: number;
  readonly text: string;
}

const MOST_LINES = 120;
/** What else went on is of interest so shortly before and after something that concerns the finding. */
const NEAR_MS = 700;

/** What happened to the run or the life of a finding, and around it: what a person needs to see the bug. */
export function tellStory(run: OracleRun, { kind, run: about, life, text }: Finding): string {
  const heading = `seed ${run.seed}: ${kind}: ${text}`;
  const own =
    about === undefined
      ? lives(run.history.lives.filter(({ number }) => number === life))
      : [...exposures(run.history, about), ...arrivals(run.history, about)];
  if (own.length === 0) return heading;
  const fromMs = Math.min(...own.map(({ atMs }) => atMs)) - NEAR_MS;
  const toMs = Math.max(...own.map(({ atMs }) => atMs)) + NEAR_MS;
  const isNear = ({ atMs }: Moment) => own.some((moment) => Math.abs(moment.atMs - atMs) <= NEAR_MS);
  const around = [
    ...lives(run.history.lives).filter(({ atMs }) => atMs >= fromMs && atMs <= toMs),
    ...[...faults(run.history), ...complaints(run)].filter(isNear),
  ];
  const moments = [...own, ...around];
  const inOrder = moments.toSorted((one, other) => one.atMs - other.atMs);
  const lines = [...new Set(inOrder.map((moment) => lineOf(moment, fromMs)))];
  const left = lines.length - MOST_LINES;
  return [heading, ...lines.slice(0, MOST_LINES), ...(left > 0 ? [`  … and ${left} more`] : [])].join("\n");
}

function lineOf({ atMs, text }: Moment, fromMs: number): string {
  return `  ${String(Math.round(atMs - fromMs)).padStart(7)} ms  ${text}`;
}

function exposures({ obligations }: History, about: string): readonly Moment[] {
  return obligations
    .filter(({ run }) => run === about)
    .map(({ exposedAtMs, key, position }) => ({ atMs: exposedAtMs, text: `tool: ${position} ${key}` }));
}

function arrivals({ deliveries }: History, about: string): readonly Moment[] {
  return deliveries
    .filter(({ run }) => run === about)
    .map(({ takenAtMs, key, life, answer, isSettled }) => ({
      atMs: takenAtMs,
      text: `      server took ${key} from life ${life}; answer ${answer}${isSettled ? " and seen" : ""}`,
    }));
}

function lives(lives: readonly Life[]): readonly Moment[] {
  return lives.flatMap(({ number, startedAtMs, endedAtMs, end, how }) => [
    { atMs: startedAtMs, text: `  life ${number} begins` },
    { atMs: endedAtMs, text: `  life ${number} ends: ${end}, ${how}` },
  ]);
}

function faults({ faults }: History): readonly Moment[] {
  return faults
    .filter(({ what }) => !what.startsWith("agent: SIG"))
    .flatMap(({ what, fromMs, toMs }) => [
      { atMs: fromMs, text: `  ${what}` },
      ...(toMs > fromMs ? [{ atMs: toMs, text: `  ${what} ends` }] : []),
    ]);
}

function complaints({ log }: OracleRun): readonly Moment[] {
  return log.complaints.map(({ atMs, life, text }) => ({ atMs, text: `    life ${life} logs: ${text}` }));
}
