import { excerpt, toError } from "../../toolkit/index.ts";
import type { Failure, LoopFacts } from "../core/index.ts";
import type { DeliveryView } from "./delivery-view.ts";
import type { Watched } from "./watched.ts";

/** A loop may miss this many of its periods, … */
const PERIODS_ALLOWED = 3;

/** … but is never called late sooner than this. */
const SHORTEST_LATE_MS = 60_000;

/** A loop without a period keeps failing, and is not just unlucky, after so many failures in a row. */
const PERSISTENT_FAILURES = 5;

/** The age of the oldest queued event from which on delivery counts as stuck. */
const STUCK_MS = 5 * 60_000;

const MAX_REASON = 500;

/** Why the agent is not ready. */
export interface Reason {
  /** A short name: a loop's, or what a part of the agent calls its trouble. */
  readonly subject: string;
  /** A sentence for the operator. Secrets are masked. */
  readonly reason: string;
}

/** What keeps the agent from being ready; none when it is. */
export function reasonsNotReady({ monitor, shutdown, delivery, redactor }: Watched): readonly Reason[] {
  const nowMs = performance.now();
  const late = monitor.loops.flatMap((loop) => {
    const reason = whyLate(loop, nowMs);
    return reason === undefined ? [] : [{ subject: loop.name, reason }];
  });
  const all = [
    ...(shutdown.requested ? [{ subject: "shutdown", reason: "The agent is shutting down." }] : []),
    ...monitor.health.reasons.map(({ subject, reason }) => ({ subject, reason })),
    ...late,
    ...stuck(delivery),
  ];
  return all.map(({ subject, reason }) => ({ subject, reason: excerpt(redactor, reason, MAX_REASON) }));
}

/** @returns in words, what a loop should have done by now; `undefined` when it is in time */
export function whyLate(loop: LoopFacts, nowMs: number): string | undefined {
  if (loop.endedAtMs !== undefined) return undefined;
  if (loop.connection !== undefined) return whyDisconnected(loop, nowMs);
  return loop.periodMs === undefined ? whyFailing(loop, nowMs) : whyOverdue(loop, loop.periodMs, nowMs);
}

function whyDisconnected({ connection, lastFailure, periodMs = 0 }: LoopFacts, nowMs: number): string | undefined {
  if (connection === undefined || connection.isOpen) return undefined;
  const withoutMs = nowMs - connection.sinceMs;
  if (withoutMs <= allowedMs(periodMs)) return undefined;
  return `No connection for ${seconds(withoutMs)}${because(lastFailure)}`;
}

function whyOverdue(loop: LoopFacts, periodMs: number, nowMs: number): string | undefined {
  const { startedAtMs, lastSuccessAtMs = startedAtMs, runningSinceMs = nowMs } = loop;
  const sinceMs = nowMs - lastSuccessAtMs;
  if (sinceMs <= allowedMs(periodMs)) return undefined;
  const runsMs = nowMs - runningSinceMs;
  const hangs = runsMs > periodMs ? `; the last one has been running for ${seconds(runsMs)}` : "";
  const cause = loop.failuresInARow > 0 ? because(loop.lastFailure) : ".";
  return `No success for ${seconds(sinceMs)}, at one try every ${seconds(periodMs)}${hangs}${cause}`;
}

function whyFailing({ failuresInARow, failingSinceMs = 0, lastFailure }: LoopFacts, nowMs: number): string | undefined {
  const sinceMs = nowMs - failingSinceMs;
  if (failuresInARow < PERSISTENT_FAILURES || sinceMs <= SHORTEST_LATE_MS) return undefined;
  return `${failuresInARow} failures in a row within ${seconds(sinceMs)}${because(lastFailure)}`;
}

function stuck(delivery: DeliveryView): readonly Reason[] {
  let oldestQueuedAt: number | undefined;
  try {
    ({ oldestQueuedAt } = delivery.statistics());
  } catch (error) {
    return [{ subject: "delivery", reason: `The books of delivery cannot be read: ${toError(error).message}` }];
  }
  const ageMs = oldestQueuedAt === undefined ? 0 : Date.now() - oldestQueuedAt;
  if (ageMs <= STUCK_MS) return [];
  return [{ subject: "delivery", reason: `The oldest queued event has waited for ${seconds(ageMs)}.` }];
}

function allowedMs(periodMs: number): number {
  return Math.max(PERIODS_ALLOWED * periodMs, SHORTEST_LATE_MS);
}

function because(failure: Failure | undefined): string {
  return failure === undefined ? "." : `: ${failure.message}`;
}

function seconds(ms: number): string {
  return `${ms < 10_000 ? Number((ms / 1000).toPrecision(2)) : Math.round(ms / 1000)} s`;
}
