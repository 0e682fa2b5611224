import { shuffled } from "../faults/phases.ts";
import { type Random, randomFrom } from "../random.ts";

/** How a life of the agent is to end. Times count from its first line of log, unless it is killed while it starts. */
export type LifeEnd =
  /** By itself, with SIGKILL, when it comes to a point of its work for the n-th time; from outside if it never does. */
  | { readonly kind: "at a point"; readonly point: string; readonly nth: number }
  | { readonly kind: "killed while it starts"; readonly afterMs: number }
  | { readonly kind: "killed"; readonly afterMs: number }
  /** SIGTERM, and SIGKILL on top when it takes longer. */
  | { readonly kind: "stopped"; readonly afterMs: number; readonly graceMs: number };

export interface LifePlan {
  readonly number: number;
  readonly end: LifeEnd;
  /** How far ahead the agent's clock is at first, and to what it is set on the way; ms. */
  readonly clockMs: number;
  readonly jumps: readonly { readonly afterMs: number; readonly clockMs: number }[];
  /** How long nobody is there afterwards. */
  readonly downtimeMs: number;
}

/** Every boundary of what makes an event durable, and of what makes it be forgotten again. */
export const KILL_POINTS = [
  "commit of events:before",
  "commit of events:after",
  "sync:before",
  "sync:after",
  "request",
  "sent",
  "answer",
  "answered",
  "commit of acknowledgements:before",
  "commit of acknowledgements:after",
  "commit of other:before",
  "commit of other:after",
] as const;

export const POINT_PATIENCE_MS = 3_000;
const STOP_GRACE_MS = 4_000;
const HOUR_MS = 3_600_000;

/** What happens to the agent, without end. The same for the same seed. */
export function* planLives(seed: number, { clockJumps }: { readonly clockJumps: boolean }): Generator<LifePlan, never> {
  const random = randomFrom(seed, "lives");
  let points: string[] = [];
  let clockMs = 0;
  for (let number = 1; ; number++) {
    if (points.length === 0) points = shuffled(KILL_POINTS, random);
    const end = planEnd(points, random);
    const jumps = clockJumps && random.chance(0.3) ? [planJump(clockMs, random)] : [];
    yield { number, end, clockMs, jumps, downtimeMs: planDowntime(random) };
    clockMs = jumps.at(-1)?.clockMs ?? clockMs;
  }
}

/** @param points those of the present round: each has its turn before any has another */
function planEnd(points: string[], random: Random): LifeEnd {
  const share = random.between(0, 1);
  const point = share < 0.55 ? points.pop() : undefined;
  if (point !== undefined) return { kind: "at a point", point, nth: random.pick([1, 1, 1, 2, 3, 5, 10]) };
  if (share < 0.65) return { kind: "killed while it starts", afterMs: random.whole(20, 400) };
  if (share < 0.9) return { kind: "killed", afterMs: random.whole(0, 1_000) };
  const graceMs = random.chance(0.3) ? random.whole(0, 200) : STOP_GRACE_MS;
  return { kind: "stopped", afterMs: random.whole(0, 600), graceMs };
}

function planJump(clockMs: number, random: Random) {
  const others = [0, HOUR_MS, -HOUR_MS].filter((each) => each !== clockMs);
  return { afterMs: random.whole(100, 700), clockMs: random.pick([others[0] ?? 0, ...others]) };
}

/** Mostly short, now and then so long that runs begin and end meanwhile. */
function planDowntime(random: Random): number {
  const share = random.between(0, 1);
  if (share < 0.75) return random.whole(0, 150);
  return share < 0.92 ? random.whole(150, 700) : random.whole(1_500, 3_000);
}
