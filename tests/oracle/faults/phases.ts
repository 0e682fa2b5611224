import { type Operation, sleep } from "effection";
import type { Random } from "../random.ts";
import type { Journal } from "./journal.ts";

/** One kind of fault that a part of the world can have. */
export interface PhaseKind {
  /** `server: reset` */
  readonly what: string;
  begin(): Operation<void>;
  end(): Operation<void>;
}

export interface PhasesOptions {
  readonly kinds: readonly [PhaseKind, ...PhaseKind[]];
  readonly random: Random;
  readonly journal: Journal;
  /** How long it goes well, and how long it does not; least and most, ms. */
  readonly calmMs: readonly [number, number];
  readonly faultMs: readonly [number, number];
  /** No phase begins later than this, epoch ms; one that has begun comes to its end. */
  readonly untilMs: number;
}

/** Good times and bad times in turn, each kind of fault as often as the others. Returns in good times. */
export function* phases({ kinds, random, journal, calmMs, faultMs, untilMs }: PhasesOptions): Operation<void> {
  let left: PhaseKind[] = [];
  while (true) {
    yield* sleep(Math.max(0, Math.min(random.between(...calmMs), untilMs - Date.now())));
    if (Date.now() >= untilMs) return;
    if (left.length === 0) left = shuffled(kinds, random);
    const kind = left.pop() ?? kinds[0];
    const noteEnd = journal.begin(kind.what);
    yield* kind.begin();
    yield* sleep(random.between(...faultMs));
    yield* kind.end();
    noteEnd();
  }
}

export function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, place: random.between(0, 1) }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
