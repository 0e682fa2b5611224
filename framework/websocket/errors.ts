import { AgentError, flattenErrors } from "../../toolkit/errors.ts";

/** Close codes by the names of RFC 6455 §7.4.1, for people. */
const CLOSE_CODES: Readonly<Record<number, string>> = {
  1000: "normal",
  1001: "going away",
  1002: "protocol error",
  1005: "no code",
  1006: "connection lost",
  1007: "invalid text",
  1008: "policy violation",
  1009: "message too big",
  1011: "server error",
  1012: "service restart",
  1013: "try again later",
};

/** @param retryable false when it is the options that are wrong */
export function refused(url: string, cause: unknown, retryable: boolean): AgentError {
  if (!URL.canParse(url)) {
    // Keep the cause out: its message quotes the URL, with the password or token that may be in it.
    return new AgentError(
      "E_CONNECT",
      "Cannot connect to an invalid URL: write it as ws://host/path or wss://host/path.",
    );
  }
  // Node tries all addresses of a name, and then throws one error for all, without words of its own.
  const reasons = flattenErrors(cause).map((each) => (each instanceof Error ? each.message : String(each)));
  const message = `Cannot connect to ${withoutSecrets(url)}: ${reasons.join("; ")}.`;
  return new AgentError("E_CONNECT", message, { retryable, cause });
}

export function timedOut(url: string, afterMs: number): AgentError {
  const message = `No WebSocket connection to ${withoutSecrets(url)} within ${afterMs / 1000} s.`;
  return new AgentError("E_CONNECT_TIMEOUT", message, { retryable: true });
}

/** @param cause what went wrong on our side of the connection, if it was that */
export function closed(code: number, reason: string, cause: Error | undefined): AgentError {
  // The code is that of the other end's good-bye, which is not read any more once a message was too big.
  const ours = isTooBig(cause) ? 1009 : code;
  const why = [CLOSE_CODES[ours], reason, cause?.message].filter(Boolean).join("; ");
  const message = `The WebSocket connection was closed: ${ours}${why ? ` (${why})` : ""}.`;
  return new AgentError("E_CONNECTION_CLOSED", message, { retryable: true, cause });
}

function isTooBig(cause: Error | undefined): boolean {
  return cause !== undefined && "code" in cause && cause.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
}

/** A URL's user part and query may hold credentials. */
function withoutSecrets(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? "an invalid URL" : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}
