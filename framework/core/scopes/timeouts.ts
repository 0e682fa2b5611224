import type { Operation } from "effection";
import { useLogger } from "../../../toolkit/logging/index.ts";
import { CancelScope } from "./cancel-scope.ts";
import { TooSlowError } from "./too-slow-error.ts";

type Body<T> = (scope: CancelScope) => Operation<T>;

/** What became of a `moveOnAfter` body. */
export type MovedOn<T> = { readonly cancelledCaught: false; readonly value: T } | { readonly cancelledCaught: true };

/** Runs `body`, or gives it up after `ms` and goes on. The time counts from entering. */
export function* moveOnAfter<T>(ms: number, body: Body<T>, label = "moveOnAfter"): Operation<MovedOn<T>> {
  const scope = new CancelScope({ deadlineMs: performance.now() + ms, label });
  let ended: MovedOn<T> = { cancelledCaught: true };
  yield* scope.run(function* () {
    ended = { cancelledCaught: false, value: yield* body(scope) };
  });
  return ended;
}

/**
 * Runs `body`, or gives it up after `ms` and throws.
 * @throws {TooSlowError} `E_TOO_SLOW`, for this deadline only: an outer one shows at the outer scope
 */
export function* failAfter<T>(ms: number, body: Body<T>, label = "failAfter"): Operation<T> {
  const outcome = yield* moveOnAfter(ms, body, label);
  if (outcome.cancelledCaught) throw new TooSlowError(label, ms);
  return outcome.value;
}

/** `failAfter` that logs the name and the duration before it throws. */
export function* timeoutScopeLog<T>(seconds: number, name: string, body: Body<T>): Operation<T> {
  const outcome = yield* moveOnAfter(seconds * 1000, body, name);
  if (!outcome.cancelledCaught) return outcome.value;
  const log = yield* useLogger();
  log.warn({ operation: name, seconds }, "The operation was given up: it did not end in time.");
  throw new TooSlowError(name, seconds * 1000);
}
