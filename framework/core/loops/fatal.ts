import { flattenErrors, isUnrecoverable } from "../../../toolkit/errors.ts";
import { BrokenResourceError, type SendChannel } from "../channels/index.ts";

/**
 * Does an error of its task end a loop? An `UnrecoverableError` does; and so does having nobody left to send to, since
 * all that is still to come would be lost.
 */
export function isFatal(error: unknown, outbound: SendChannel<never> | undefined): boolean {
  return isUnrecoverable(error) || (outbound?.statistics().openReceivers === 0 && saysBroken(error));
}

function saysBroken(error: unknown): boolean {
  return flattenErrors(error).some((each) => each instanceof BrokenResourceError);
}
