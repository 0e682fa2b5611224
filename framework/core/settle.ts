import { type Operation, useScope } from "effection";
import { ContainedChild } from "./contained-child.ts";

/** How an operation ended. */
export type Settled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/**
 * Runs an operation to its end and returns how it ended, instead of throwing: whatever it spawned has ended by then,
 * and whatever of that failed is in the error, an `AggregateError` if it was more than one. A halt passes through; what
 * had failed before then, or fails in the cleanup, is thrown to whoever halts.
 */
export function* settle<T>(operation: () => Operation<T>): Operation<Settled<T>> {
  const child = new ContainedChild(yield* useScope(), "settle");
  let settled: Settled<T> = { ok: false, error: new TypeError("The operation was called off.") };
  try {
    yield* child.run(function* () {
      settled = { ok: true, value: yield* operation() };
    }, true);
  } catch (error) {
    settled = { ok: false, error };
  }
  return settled;
}
