import { AgentError, UnrecoverableError } from "../../toolkit/errors.ts";
import { type HttpResponse, RETRYABLE_STATUSES } from "../http/index.ts";

/** What came of one request: an answer, or the error that stands for none. */
export type Answer = HttpResponse | Error;

/** The API refuses keys with 401. A 403 comes from something on the way, for the key's sake or for the event's. */
export function isForbidden(answer: Answer): boolean {
  return !(answer instanceof Error) && answer.status === 403;
}

export function toFailure(answer: Answer): Error {
  if (answer instanceof Error) return answer;
  return new AgentError("E_HTTP_STATUS", `${answer.description} answered ${answer.status}.`, { retryable: true });
}

export function whyRetry(answer: Answer): string {
  if (answer instanceof Error ? !isRedirect(answer) : RETRYABLE_STATUSES.has(answer.status)) {
    return "An event was not delivered; it is sent again.";
  }
  if (isForbidden(answer)) {
    return (
      "Something on the way to Observability, such as a firewall, forbids an event and lets others pass with the same " +
      "key; it is sent again, and its run waits for it. Let it pass there."
    );
  }
  return "Observability does not answer as it should; the event is sent again. Check observability_base_url.";
}

function isRedirect(error: Error): boolean {
  return error instanceof AgentError && error.code === "E_HTTP_REDIRECT";
}

export function refusedKey(status: number | undefined): UnrecoverableError {
  const message =
    `Observability refused the service account key (status ${status}). Set observability_service_account_key to a key ` +
    "of the project that has not expired and allows both the Events API and the Agent API.";
  return new UnrecoverableError("E_UNAUTHORIZED", message);
}

export function describe(answer: Answer): { readonly status?: number; readonly answer?: string; readonly err?: Error } {
  return answer instanceof Error ? { err: answer } : { status: answer.status, answer: answer.excerpt() };
}
