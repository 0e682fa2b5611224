import { AgentError, flattenErrors, UnrecoverableError } from "../../toolkit/errors.ts";
import type { Logger } from "../../toolkit/logging/index.ts";

/** Each error an agent ended with; those that a person has to mend without their stacks. */
export function logFailure(failure: unknown, log: Logger): void {
  for (const error of flattenErrors(failure)) {
    if (error instanceof UnrecoverableError || isConfigurationError(error))
      log.error({ code: error.code }, error.message);
    else log.error({ err: error }, "The agent failed.");
  }
}

/** Is the configuration to blame? Some settings only show to be wrong once the agent asks for what they name. */
export function isAboutConfiguration(failure: unknown): boolean {
  return flattenErrors(failure).some(isConfigurationError);
}

function isConfigurationError(error: unknown): error is AgentError {
  return (
    error instanceof AgentError &&
    /^E_(CONFIGURATION|HTTP_CA_FILE|HTTP_BASE_URL|HTTP_PROXY_URL|SERVICE_ADDRESS)/.test(error.code)
  );
}
