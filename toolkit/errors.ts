/**
 * An error we throw on purpose. Tests and alerts match `code`, never the text; a published code is not renamed.
 */
export class AgentError extends Error {
  override readonly name: string = "AgentError";
  readonly code: string;
  /** Could the same call succeed later with nothing changed? */
  readonly retryable: boolean;

  constructor(code: string, message: string, options: ErrorOptions & { readonly retryable?: boolean } = {}) {
    super(message, options);
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** Ends the agent with exit code 1: nothing short of a person's help makes going on worthwhile. */
export class UnrecoverableError extends AgentError {
  override readonly name: string = "UnrecoverableError";
}

/** The error and, for an `AggregateError`, every error inside it, at any depth: the leaves, in order. */
export function flattenErrors(error: unknown): readonly unknown[] {
  return error instanceof AggregateError ? error.errors.flatMap(flattenErrors) : [error];
}

export function isRetryable(error: unknown): boolean {
  return error instanceof AgentError && error.retryable;
}

/** True for an `UnrecoverableError`, also when it is one of several errors that ended a nursery. */
export function isUnrecoverable(error: unknown): boolean {
  return flattenErrors(error).some((each) => each instanceof UnrecoverableError);
}

/** What was thrown, as an `Error`: JavaScript can throw anything. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
