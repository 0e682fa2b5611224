import { excerpt, type Redactor } from "../../../toolkit/index.ts";
import type { LoopFacts } from "../../core/index.ts";
import { whyLate } from "../readiness.ts";

/** Listed at most; an agent that starts a loop for each run it watches could have thousands. */
const MAX_LOOPS = 200;

const MAX_MESSAGE = 400;

/** In words, what a loop is doing. */
export type LoopState = "ended" | "late" | "failing" | "connected" | "connecting" | "running" | "waiting" | "receiving";

/** A loop as the page shows it. Times are on the clock of `performance.now()`, whole ms. */
export interface LoopView {
  readonly id: string;
  readonly name: string;
  readonly path: readonly string[];
  readonly state: LoopState;
  readonly periodMs: number | undefined;
  readonly runningSinceMs: number | undefined;
  readonly nextAtMs: number | undefined;
  readonly lastSuccessAtMs: number | undefined;
  readonly successes: number;
  readonly failures: number;
  readonly failuresInARow: number;
  readonly lastError:
    | { readonly atMs: number; readonly code: string | undefined; readonly message: string }
    | undefined;
  readonly connectionSinceMs: number | undefined;
}

/** Those that run, and those that have ended without another one in their place. */
export function toLoopViews(loops: readonly LoopFacts[], redactor: Redactor): readonly LoopView[] {
  const nowMs = performance.now();
  const seen = new Map<string, number>();
  const taken = new Set(loops.filter((loop) => loop.endedAtMs === undefined).map(placeOf));
  const shown = loops.filter((loop) => loop.endedAtMs === undefined || !taken.has(placeOf(loop)));
  return shown.slice(0, MAX_LOOPS).map((loop) => {
    const place = placeOf(loop);
    const number = (seen.get(place) ?? 0) + 1;
    seen.set(place, number);
    return toLoopView(loop, `${place}#${number}`, redactor, nowMs);
  });
}

function toLoopView(loop: LoopFacts, id: string, redactor: Redactor, nowMs: number): LoopView {
  const { name, path, successes, failures, failuresInARow, lastFailure, connection } = loop;
  return {
    id,
    name,
    path,
    state: stateOf(loop, nowMs),
    periodMs: loop.periodMs,
    runningSinceMs: whole(loop.runningSinceMs),
    nextAtMs: whole(loop.nextAtMs),
    lastSuccessAtMs: whole(loop.lastSuccessAtMs),
    successes,
    failures,
    failuresInARow,
    lastError: lastFailure && {
      atMs: Math.round(lastFailure.atMs),
      code: lastFailure.code,
      message: excerpt(redactor, lastFailure.message, MAX_MESSAGE),
    },
    connectionSinceMs: whole(connection?.sinceMs),
  };
}

function placeOf({ path, name }: LoopFacts): string {
  return [...path, name].join("/");
}

function stateOf(loop: LoopFacts, nowMs: number): LoopState {
  if (loop.endedAtMs !== undefined) return "ended";
  if (whyLate(loop, nowMs) !== undefined) return "late";
  if (loop.failuresInARow > 0) return "failing";
  if (loop.connection !== undefined) return loop.connection.isOpen ? "connected" : "connecting";
  if (loop.periodMs === undefined) return "receiving";
  return loop.runningSinceMs === undefined ? "waiting" : "running";
}

function whole(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms);
}
