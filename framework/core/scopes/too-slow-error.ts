import { AgentError } from "../../../toolkit/errors.ts";

/** A deadline passed. Thrown by the scope whose deadline it was, and by no other. */
export class TooSlowError extends AgentError {
  override readonly name: string = "TooSlowError";
  readonly label: string;
  /** The time that was allowed, ms. */
  readonly afterMs: number;

  constructor(label: string, afterMs: number) {
    super("E_TOO_SLOW", `${label} did not end within ${afterMs / 1000} s.`, { retryable: true });
    this.label = label;
    this.afterMs = afterMs;
  }
}
