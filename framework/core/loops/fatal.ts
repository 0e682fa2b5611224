import { flattenErrors, isUnrecoverable } from "../../../toolkit/errors.ts";
import { BrokenResourceError, ClosedResourceError, type SendChannel } from "../channels/index.ts";

/**
 * Does an error of its task end a loop? An `UnrecoverableError` does; and so does having nobody left to send to, or no end
 * to send through, since all that is still to come would be lost.
 */
export function isFatal(error: unknown, outbound: SendChannel<never> | undefined): boolean {
  if (isUnrecoverable(error)) return true;
  if (outbound === undefined) return false;
  const errors = flattenErrors(error);
  const saysBroken = errors.some((each) => each instanceof BrokenResourceError);
  const saysClosed = errors.some((each) => each instanceof ClosedResourceError);
  return (saysBroken && outbound.statistics().openReceivers === 0) || (saysClosed && outbound.isClosed);
}
