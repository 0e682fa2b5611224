import type { Socket } from "node:net";
import { HttpTimeoutError, toConnectError } from "../errors.ts";
import { Timer, toTimeoutMs } from "../timer.ts";
import { openSocket, type SocketOptions } from "./open-socket.ts";
import type { Route } from "./route.ts";

export interface ConnectOptions extends SocketOptions {
  /** Seconds for one attempt: name look-up, TCP, proxy and TLS together. */
  readonly connectionTimeout: number;
  readonly retries: number;
}

const FIRST_PAUSE_MS = 500;

/**
 * Opens a socket, trying again after 0, 0.5, 1, 2 … seconds: no request has been sent yet, so this is always safe.
 * Aborting the signal ends it at once.
 * @throws {AgentError} `E_HTTP_CONNECT`, `E_HTTP_TIMEOUT`, `E_HTTP_PROXY`, `E_HTTP_TLS` (not tried again when a
 * certificate is not accepted)
 */
export async function connectWithRetries(route: Route, options: ConnectOptions, signal: AbortSignal): Promise<Socket> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce(route, options, signal);
    } catch (thrown) {
      const error = toConnectError(thrown, route, attempt);
      if (signal.aborted || !error.retryable || attempt > options.retries) throw error;
      await pause(attempt === 1 ? 0 : FIRST_PAUSE_MS * 2 ** (attempt - 2), signal);
    }
  }
}

async function attemptOnce(route: Route, options: ConnectOptions, signal: AbortSignal): Promise<Socket> {
  const attempt = new AbortController();
  const abandon = () => attempt.abort(signal.reason);
  const timer = new Timer();
  signal.addEventListener("abort", abandon);
  timer.start(toTimeoutMs(options.connectionTimeout), () => {
    attempt.abort(new HttpTimeoutError("connect", options.connectionTimeout, `Connecting to ${route.peer}`));
  });
  try {
    return await openSocket(route, options, attempt.signal);
  } finally {
    timer.stop();
    signal.removeEventListener("abort", abandon);
  }
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const timeout = setTimeout(() => {
      signal.removeEventListener("abort", abandon);
      resolve();
    }, delayMs);
    const abandon = () => {
      clearTimeout(timeout);
      reject(signal.reason);
    };
    signal.addEventListener("abort", abandon, { once: true });
  });
}
