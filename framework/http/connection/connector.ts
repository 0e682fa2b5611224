import { Socket } from "node:net";
import type { buildConnector } from "undici";
import { toError } from "../../../toolkit/index.ts";
import { HttpTimeoutError, toConnectError } from "../errors.ts";
import { Timer, toTimeoutMs } from "../timer.ts";

export interface RetryOptions {
  /** For one attempt, in seconds: name look-up, TCP, proxy and TLS together. 0 is no limit. */
  readonly timeout: number;
  /** How often a failed attempt is tried again. */
  readonly retries: number;
  /** Which proxy it goes through, for messages. */
  readonly proxy: string | undefined;
  /** Aborted when the client ends: nobody waits for a connection any more. */
  readonly closing: AbortSignal;
}

const FIRST_PAUSE_MS = 500;

/**
 * Limits each attempt to connect, and tries again after 0, 0.5, 1, 2 … seconds: no request has been sent yet, so this is
 * always safe. Not when the other side has said no for good: a certificate that is not accepted, a proxy that does not
 * let us through. Errors are `E_HTTP_CONNECT`, `E_HTTP_TIMEOUT`, `E_HTTP_PROXY` and `E_HTTP_TLS`.
 */
export function withRetries(connect: buildConnector.connector, options: RetryOptions): buildConnector.connector {
  const { retries, timeout, proxy, closing } = options;
  return (target, callback) => {
    const peer = `${target.protocol}//${target.host ?? target.hostname}`;
    const attempt = (number: number): void => {
      attemptOnce(connect, target, { timeout, peer }, (thrown, socket) => {
        if (thrown === null) return callback(null, socket);
        const error = toConnectError(thrown, { peer, attempts: number, proxy });
        if (closing.aborted || !error.retryable || number > retries) return callback(error, null);
        pause(number === 1 ? 0 : FIRST_PAUSE_MS * 2 ** (number - 2), closing, () => attempt(number + 1));
      });
    };
    attempt(1);
  };
}

function attemptOnce(
  connect: buildConnector.connector,
  target: buildConnector.Options,
  { timeout, peer }: { readonly timeout: number; readonly peer: string },
  callback: buildConnector.Callback,
): void {
  let isOver = false;
  const timer = new Timer();
  const finish: buildConnector.Callback = (...outcome) => {
    if (isOver) {
      outcome[1]?.destroy();
    } else {
      isOver = true;
      timer.stop();
      callback(...outcome);
    }
  };
  // Neither way of giving up is in undici's types: its connectors return the socket, its proxy agents take a signal.
  const abandon = new AbortController();
  let socket: unknown;
  timer.start(toTimeoutMs(timeout), () => {
    finish(new HttpTimeoutError("connect", timeout, `Connecting to ${peer}`), null);
    if (socket instanceof Socket) socket.destroy();
    abandon.abort();
  });
  try {
    const withSignal = { ...target, signal: abandon.signal };
    socket = connect(withSignal, finish);
  } catch (error) {
    finish(toError(error), null);
  }
}

/** Does nothing more once `closing` is aborted: undici has failed the requests that waited. */
function pause(delayMs: number, closing: AbortSignal, next: () => void): void {
  const stop = () => clearTimeout(timeout);
  const timeout = setTimeout(() => {
    closing.removeEventListener("abort", stop);
    next();
  }, delayMs);
  closing.addEventListener("abort", stop, { once: true });
}
