import { AgentError } from "../../toolkit/index.ts";

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

export interface ConnectAttempts {
  /** `https://host:port` */
  readonly peer: string;
  /** How many there were. */
  readonly attempts: number;
  /** On the way there. */
  readonly proxy: string | undefined;
}

/** Why no connection came about. */
export function toConnectError(thrown: unknown, { peer, attempts, proxy }: ConnectAttempts): AgentError {
  if (thrown instanceof AgentError) return thrown;
  const proxyStatus = statusOfProxy(thrown);
  if (proxyStatus !== undefined) return proxyError(`Connecting to ${peer} through ${proxy}`, proxyStatus, thrown);
  const via = proxy === undefined ? "" : ` (proxy ${proxy})`;
  const cause = codeOf(thrown).startsWith("UND_ERR_PRX_") && thrown instanceof Error ? thrown.cause : thrown;
  if (isTlsFailure(cause)) {
    const isCertificate = isCertificateFailure(cause);
    const hint = isCertificate
      ? " Set ssl_cert_file to the CA that signed it; ssl_verify = false turns the check off."
      : hintAtPlainHttp(cause, peer);
    const message = `No secure connection to ${peer}${via}: ${reasonOf(cause)}.${hint}`;
    return new AgentError("E_HTTP_TLS", message, { cause, retryable: !isCertificate });
  }
  const tries = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  const message = `Cannot connect to ${peer}${via}: ${reasonOf(cause)} (${tries}).`;
  return new AgentError("E_HTTP_CONNECT", message, { cause, retryable: true });
}

/** Why a request that was being sent, or had been sent, got no usable reply. `what` is "GET https://…". */
export function toExchangeError(thrown: unknown, what: string): AgentError {
  if (thrown instanceof AgentError) return thrown;
  const code = codeOf(thrown);
  const proxyStatus = statusOfProxy(thrown);
  if (proxyStatus !== undefined) return proxyError(what, proxyStatus, thrown);
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

/** undici has the status with which a proxy refuses in its texts only. */
function statusOfProxy(thrown: unknown): number | undefined {
  const [, status] = (thrown instanceof Error && /^Proxy\b.*\((\d{3})\)/.exec(thrown.message)) || [];
  return status === undefined ? undefined : Number(status);
}

function proxyError(what: string, status: number, cause: unknown): AgentError {
  const hint = status === 407 ? " Put user name and password into the proxy's URL." : "";
  const message = `${what}: the proxy answered ${status}.${hint}`;
  return new AgentError("E_HTTP_PROXY", message, { cause, retryable: status >= 500 });
}

/** What OpenSSL says when the first bytes of an answer are not those of TLS. */
function hintAtPlainHttp(thrown: unknown, peer: string): string {
  if (codeOf(thrown) !== "ERR_SSL_WRONG_VERSION_NUMBER") return "";
  return ` What is there does not speak TLS; if it speaks HTTP, use ${peer.replace(/^https:/, "http:")}.`;
}

function reasonOf(thrown: unknown): string {
  // Node's "happy eyeballs" throws one error for all addresses, without a message of its own.
  if (thrown instanceof AggregateError) return thrown.errors.map(reasonOf).join(", ");
  // OpenSSL's own messages have a thread, a file of its source and a line break in them.
  if (thrown instanceof Error && "reason" in thrown && typeof thrown.reason === "string") return thrown.reason;
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
