import type { Operation } from "effection";
import { eventLoopTurn } from "../../../../../framework/core/checkpoint.ts";
import type { ReceiveChannel, SendChannel } from "../../../../../framework/core/index.ts";
import { AgentError } from "../../../../../toolkit/errors.ts";

/** What an operation gave, or the code of the error it threw. */
export function* outcomeOf<T>(operation: () => Operation<T>): Operation<T | string> {
  try {
    return yield* operation();
  } catch (error) {
    return codeOf(error);
  }
}

/** `outcomeOf` for a plain call. */
export function outcomeNow<T>(call: () => T): T | string {
  try {
    return call();
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string {
  if (error instanceof AgentError) return error.code;
  throw error;
}

/** Returns when exactly so many tasks wait in `send` and in `receive`. */
export function* untilWaiting(
  end: SendChannel<never> | ReceiveChannel<unknown>,
  { senders = 0, receivers = 0 }: { readonly senders?: number; readonly receivers?: number },
): Operation<void> {
  while (true) {
    const { sendersWaiting, receiversWaiting } = end.statistics();
    if (sendersWaiting === senders && receiversWaiting === receivers) return;
    yield* eventLoopTurn();
  }
}

/** `send` that says so. */
export function* sendOn<T>(end: SendChannel<T>, item: T): Operation<"sent"> {
  yield* end.send(item);
  return "sent";
}

/** `sendNowait` that says so. */
export function sendNowaitOn<T>(end: SendChannel<T>, item: T): "sent" {
  end.sendNowait(item);
  return "sent";
}

/** Choices that look random and are the same for the same seed (mulberry32). */
export function randomFrom(seed: number) {
  let state = seed;
  /** A whole number, 0 <= result < `limit`. */
  function below(limit: number): number {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) % limit;
  }
  function pick<Each>(all: readonly Each[]): Each {
    const picked = all[below(all.length)];
    if (picked === undefined) throw new RangeError("There is nothing to pick from.");
    return picked;
  }
  return { below, pick };
}

/** Each as often as its weight says, to pick from. */
export function weighted<Each>(all: readonly (readonly [weight: number, each: Each])[]): Each[] {
  return all.flatMap(([weight, each]) => Array<Each>(weight).fill(each));
}
