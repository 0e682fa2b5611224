import { AgentError } from "../../toolkit/index.ts";
import type { Route } from "./connection/route.ts";

/** Replies that say "not now": the same request may succeed later. */
export const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** A reply came, and it says no. */
export class HttpStatusError extends AgentError {
  override readonly name = "HttpStatusError";
  readonly status: number;
  /** What the server asks us to wait before another request, in ms; `undefined` when it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, message: string, retryAfterMs?: number) {
    super("E_HTTP_STATUS", message, { retryable: RETRYABLE_STATUSES.has(status) });
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

export type TimeoutKind = "connect" | "pool" | "read" | "write";

const TIMEOUT_SETTINGS = {
  connect: ["took longer than", "connection_timeout"],
  pool: ["found no free connection within", "pool_timeout"],
  read: ["got nothing from the server for", "read_timeout"],
  write: ["could not send for", "write_timeout"],
} as const;

/** A configured time was up. */
export class HttpTimeoutError extends AgentError {
  override readonly name = "HttpTimeoutError";
  readonly kind: TimeoutKind;
  readonly seconds: number;

  /** @param what begins the message: "GET https://…", "Connecting to https://…" */
  constructor(kind: TimeoutKind, seconds: number, what: string) {
    const [happened, setting] = TIMEOUT_SETTINGS[kind];
    super("E_HTTP_TIMEOUT", `${what} ${happened} ${seconds} s (${setting}).`, { retryable: true });
    this.kind = kind;
    this.seconds = seconds;
  }
}

/** Why no connection came about. `attempts` is how many there were. */
export function toConnectError(thrown: unknown, route: Route, attempts: number): AgentError {
  if (thrown instanceof AgentError) return thrown;
  const via = route.proxy === undefined ? "" : ` (proxy ${route.proxy.origin})`;
  const reason = reasonOf(thrown);
  if (isTlsFailure(thrown)) {
    const isCertificate = isCertificateFailure(thrown);
    const hint = isCertificate
      ? " Set ssl_cert_file to the CA that signed it; ssl_verify = false turns the check off."
      : "";
    const message = `No secure connection to ${route.peer}${via}: ${reason}.${hint}`;
    return new AgentError("E_HTTP_TLS", message, { cause: thrown, retryable: !isCertificate });
  }
  const tries = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  const message = `Cannot connect to ${route.peer}${via}: ${reason} (${tries}).`;
  return new AgentError("E_HTTP_CONNECT", message, { cause: thrown, retryable: true });
}

/** Why a request that was being sent, or had been sent, got no usable reply. `what` is "GET https://…". */
export function toExchangeError(thrown: unknown, what: string): AgentError {
  if (thrown instanceof AgentError) return thrown;
  const code = codeOf(thrown);
  if (code === "UND_ERR_INVALID_ARG") {
    return new AgentError("E_HTTP_REQUEST", `${what} cannot be sent: ${reasonOf(thrown)}.`, { cause: thrown });
  }
  if (code === "UND_ERR_DESTROYED" || code === "UND_ERR_CLOSED") {
    return new AgentError("E_HTTP_CLOSED", `${what}: the HTTP client was closed with the scope it belongs to.`, {
      cause: thrown,
    });
  }
  const message = `${what}: the connection broke before the whole reply had come: ${reasonOf(thrown)}.`;
  return new AgentError("E_HTTP_BROKEN", message, { cause: thrown, retryable: true });
}

function reasonOf(thrown: unknown): string {
  // Node's "happy eyeballs" throws one error for all addresses, without a message of its own.
  if (thrown instanceof AggregateError) return thrown.errors.map(reasonOf).join(", ");
  return thrown instanceof Error ? thrown.message.replace(/\.$/, "") : String(thrown);
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
}

function isTlsFailure(thrown: unknown): boolean {
  return isCertificateFailure(thrown) || /^(?:ERR_SSL_|ERR_TLS_|EPROTO$)/.test(codeOf(thrown));
}

/** OpenSSL's verification results, as Node names them, and Node's own check of the host name. */
function isCertificateFailure(thrown: unknown): boolean {
  return /CERT|^UNABLE_TO_|^CRL_|_CRL$|^INVALID_CA$|^INVALID_PURPOSE$|^PATH_LENGTH_EXCEEDED$|^HOSTNAME_MISMATCH$/.test(
    codeOf(thrown),
  );
}
