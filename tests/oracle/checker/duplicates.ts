import { type Delivery, DISK_FULL, type History, type Life } from "./history.ts";

/** An event that was taken once more, and why that is no fault of the agent; `undefined` when it is. */
export interface Duplicate {
  readonly delivery: Delivery;
  readonly before: Delivery;
  readonly excuse: Excuse | undefined;
}

export type Excuse =
  | "answer lost"
  | "answer too late"
  | "killed before it was noted"
  /** The disk had no room for it. */
  | "ended before it could be noted"
  | "given up at the end";

/** From an answer, which may take as long as the agent waits for it, to when that is on a disk that has room. */
const LONGEST_NOTING_MS = 1_000;

export function findDuplicates(history: History): readonly Duplicate[] {
  const lives = new Map(history.lives.map((life) => [life.number, life]));
  const last = new Map<string, Delivery>();
  const duplicates: Duplicate[] = [];
  for (const delivery of history.deliveries) {
    const before = last.get(delivery.key);
    last.set(delivery.key, delivery);
    if (before === undefined) continue;
    duplicates.push({ delivery, before, excuse: excuseFor(before, delivery, lives.get(before.life), history) });
  }
  return duplicates;
}

/** There is no way to ask the server what it has: whoever has no answer has to send again. */
function excuseFor(before: Delivery, again: Delivery, life: Life | undefined, history: History): Excuse | undefined {
  if (before.answer === "lost") return "answer lost";
  if (life !== undefined && again.life !== before.life && hadNoRoom(before, life, history)) {
    return "ended before it could be noted";
  }
  if (before.isSettled) return undefined;
  if (again.life === before.life) {
    return again.takenAtMs - before.takenAtMs >= history.readTimeoutMs ? "answer too late" : undefined;
  }
  if (life?.end === "killed") return "killed before it was noted";
  return life?.gaveUp ? "given up at the end" : undefined;
}

/** Was the disk full for a part of the time in which the answer had to be noted? */
function hadNoRoom({ takenAtMs }: Delivery, { endedAtMs }: Life, { faults, readTimeoutMs }: History): boolean {
  const notedByMs = Math.min(endedAtMs, takenAtMs + readTimeoutMs + LONGEST_NOTING_MS);
  return faults.some(({ what, fromMs, toMs }) => what === DISK_FULL && fromMs < notedByMs && takenAtMs < toMs);
}
