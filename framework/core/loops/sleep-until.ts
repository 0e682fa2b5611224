import { type Operation, sleep } from "effection";

/** Node fires a timer with a longer delay at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** Sleeps until `performance.now()` reads `deadlineMs`, however far that is. */
export function* sleepUntil(deadlineMs: number): Operation<void> {
  for (let leftMs = deadlineMs - performance.now(); leftMs > 0; leftMs = deadlineMs - performance.now()) {
    yield* sleep(Math.min(Math.ceil(leftMs), LONGEST_DELAY_MS));
  }
}
