import type { IncomingHttpHeaders } from "node:http";
import { action, type Operation } from "effection";
import type { Dispatcher } from "undici";
import { AgentError } from "../../../toolkit/index.ts";
import { HttpTimeoutError, type TimeoutKind, toExchangeError } from "../errors.ts";
import { inPieces, isLarge } from "./body-pieces.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionPool, Waiter } from "./connection-pool.ts";
import { decodeBody } from "./decode-body.ts";
import { type PhaseLimits, PhaseTimer, type PhaseWatcher } from "./phase-timer.ts";
import type { Route } from "./route.ts";

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** What stands in the request line: `/path?query`, or the whole URL for a proxy. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  /** `GET https://…`, fit for messages. */
  readonly description: string;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ExchangeLimits extends PhaseLimits {
  readonly maxResponseBytes: number;
}

/**
 * One request and its whole reply. Costs one Effection action, no task; a halt ends it on the wire as well.
 * @throws {AgentError} `E_HTTP_CONNECT`, `E_HTTP_TLS`, `E_HTTP_PROXY`, `E_HTTP_TIMEOUT`, `E_HTTP_BROKEN`, `E_HTTP_TOO_LARGE`
 */
export function exchange(
  pool: ConnectionPool,
  route: Route,
  request: WireRequest,
  limits: ExchangeLimits,
): Operation<WireResponse> {
  return action<WireResponse>((resolve, reject) => {
    const running = new Exchange(pool, request, limits, resolve, reject);
    running.begin(route);
    return () => running.cancel();
  }, request.description);
}

class Exchange implements Dispatcher.DispatchHandler, PhaseWatcher {
  readonly #pool: ConnectionPool;
  readonly #request: WireRequest;
  readonly #maxBytes: number;
  readonly #resolve: (response: WireResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #timer: PhaseTimer;
  #waiter: Waiter | undefined;
  #connection: Connection | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #isSettled = false;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  readonly #chunks: Buffer[] = [];
  #receivedBytes = 0;

  constructor(
    pool: ConnectionPool,
    request: WireRequest,
    limits: ExchangeLimits,
    resolve: (response: WireResponse) => void,
    reject: (error: Error) => void,
  ) {
    this.#pool = pool;
    this.#request = request;
    this.#maxBytes = limits.maxResponseBytes;
    this.#timer = new PhaseTimer(limits, this);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  begin(route: Route): void {
    const connection = this.#pool.acquire(route);
    if (connection === undefined) {
      this.#waiter = { route, take: (free) => this.#send(free) };
      this.#pool.wait(this.#waiter);
      this.#timer.waitForConnection();
    } else {
      this.#send(connection);
    }
  }

  /** The caller does not wait any more. Nothing happens when the reply is here already. */
  cancel(): void {
    if (!this.#isSettled) this.#end(new Error("The request was halted."));
  }

  get unsentBytes(): number {
    return this.#connection?.unsentBytes ?? 0;
  }

  timedOut(kind: TimeoutKind, seconds: number): void {
    this.#fail(new HttpTimeoutError(kind, seconds, this.#request.description));
  }

  #send(connection: Connection): void {
    this.#timer.stop();
    this.#waiter = undefined;
    this.#connection = connection;
    const { method, target, headers, body } = this.#request;
    // On a shared connection undici may keep it back until the server allows another stream.
    if (connection.isShared) this.#timer.waitForConnection();
    connection.dispatch({ method, path: target, headers, body: inPieces(body) }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isSettled) controller.abort(new Error("The request was halted."));
    else if (isLarge(this.#request.body)) this.#timer.write();
  }

  onBodySent(): void {
    if (!this.#isSettled && this.#status === 0 && isLarge(this.#request.body)) this.#timer.write();
  }

  onRequestSent(): void {
    if (!this.#isSettled && this.#status === 0) this.#timer.handedOver();
  }

  onResponseStart(_controller: unknown, status: number, headers: IncomingHttpHeaders): void {
    if (this.#isSettled || status < 200) return; // 1xx: the answer is still to come
    this.#status = status;
    this.#headers = headers;
    const isTooLarge = this.#request.method !== "HEAD" && Number(headers["content-length"] ?? 0) > this.#maxBytes;
    if (isTooLarge) this.#fail(this.#tooLarge());
    else this.#timer.read();
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.#isSettled) return;
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#maxBytes) {
      this.#fail(this.#tooLarge());
    } else {
      this.#chunks.push(chunk);
      this.#timer.read();
    }
  }

  onResponseEnd(): void {
    if (this.#isSettled) return;
    this.#timer.stop();
    this.#release(false);
    const [only, ...others] = this.#chunks;
    const body = only !== undefined && others.length === 0 ? only : Buffer.concat(this.#chunks);
    const encoding = this.#headers["content-encoding"];
    if (encoding === undefined || body.length === 0) {
      this.#succeed(body);
    } else {
      decodeBody(encoding, body, this.#maxBytes).then(
        (decoded) => this.#succeed(decoded),
        (error) => this.#settleWith(error instanceof RangeError ? this.#tooLarge() : error),
      );
    }
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#isSettled) return;
    this.#timer.stop();
    this.#release(this.#connection?.isShared === false);
    this.#settleWith(error);
  }

  #succeed(body: Buffer): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  #settleWith(error: unknown): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#reject(toExchangeError(error, this.#request.description));
  }

  #fail(error: Error): void {
    this.#end(error);
    this.#reject(error);
  }

  /** Stops everything that is still going on, wherever it has got to. */
  #end(reason: Error): void {
    this.#isSettled = true;
    this.#timer.stop();
    if (this.#waiter !== undefined) this.#pool.giveUp(this.#waiter);
    // A stream of a shared connection is reset. Any other connection ends, also while it opens.
    this.#controller?.abort(reason);
    this.#release(this.#connection?.isShared === false);
  }

  #release(isBroken: boolean): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) this.#pool.release(connection, isBroken);
  }

  #tooLarge(): AgentError {
    const { description } = this.#request;
    return new AgentError(
      "E_HTTP_TOO_LARGE",
      `${description}: the reply is larger than ${this.#maxBytes} bytes. Ask for less at a time.`,
    );
  }
}
