import { AgentError, flattenErrors } from "../../../toolkit/errors.ts";

/**
 * An error may quote a whole reply. Keep this far above what anybody shows: a secret is only found whole, so a text must
 * not be cut where it is still going to be shown.
 */
const MAX_LENGTH = 4_000;

/** What is kept of an error: not the error itself, which may hold on to much. */
export interface Failure {
  /** On the clock of `performance.now()`. */
  readonly atMs: number;
  /** The code of an `AgentError`. */
  readonly code: string | undefined;
  /** Of all errors, if it was more than one. Secrets are not masked in it. */
  readonly message: string;
}

export function toFailure(error: unknown, atMs: number): Failure {
  const errors = flattenErrors(error);
  const messages = errors.map((each) => (each instanceof Error ? each.message : String(each)));
  const [first] = errors;
  return {
    atMs,
    code: first instanceof AgentError ? first.code : undefined,
    message: messages.join("; ").slice(0, MAX_LENGTH),
  };
}
