import { AgentError } from "../../toolkit/index.ts";

/** What the suite has found wrong with an agent, or with what its author told the suite. */
export function suiteError(message: string, options?: ErrorOptions): AgentError {
  return new AgentError("E_SOURCE_SUITE", message, options);
}
