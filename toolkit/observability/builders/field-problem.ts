import { AgentError } from "../../errors.ts";
import type { EventType } from "../vocabulary.ts";

/** A field that cannot be repaired. Stays inside the builders: who calls them sees an `AgentError`. */
export class FieldProblem extends Error {
  override readonly name: string = "FieldProblem";
  /** `status`, or `test_outcomes[3].status`. */
  readonly field: string;
  readonly reason: string;

  constructor(field: string, reason: string, options?: ErrorOptions) {
    super(`${field} ${reason}`, options);
    this.field = field;
    this.reason = reason;
  }
}

/** What a caller sees when `build` meets a field that cannot be repaired. */
export function refusingEvent<Result>(type: EventType, build: () => Result): Result {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof FieldProblem)) throw error;
    const text = `The ${type} event cannot be sent: ${error.field} ${error.reason}.`;
    throw new AgentError("E_EVENT_INVALID", text, { cause: error });
  }
}

/** The value for a message: short, and on one line. */
export function shown(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
