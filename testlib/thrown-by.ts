import type { Operation } from "effection";

/** What an operation throws. Fails when it throws nothing. */
export function* thrownBy(operation: () => Operation<unknown>): Operation<unknown> {
  try {
    yield* operation();
  } catch (error) {
    return error;
  }
  throw new Error("The operation ended without throwing.");
}
