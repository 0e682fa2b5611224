import type { IncomingHttpHeaders } from "node:http";
import { action, type Operation } from "effection";
import type { Dispatcher } from "undici";
import { AgentError, toError } from "../../../toolkit/index.ts";
import { HttpTimeoutError, type TimeoutKind, toExchangeError } from "../errors.ts";
import { Timer, toTimeoutMs } from "../timer.ts";
import { inPieces, isLarge } from "./body-pieces.ts";
import { decodeBody } from "./decode-body.ts";
import type { Slots, Waiter } from "./slots.ts";

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  readonly origin: string;
  /** `/path?query` */
  readonly path: string;
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

/** What requests are sent with. Timeouts are in seconds; 0 is no limit. */
export interface Wire {
  readonly dispatcher: Dispatcher;
  readonly slots: Slots;
  readonly poolTimeout: number;
  readonly readTimeout: number;
  readonly writeTimeout: number;
  readonly maxKeepaliveConnections: number;
  readonly maxResponseBytes: number;
}

/**
 * One request and its whole reply. Costs one Effection action, no task; a halt ends it on the wire as well.
 * @throws {AgentError} `E_HTTP_CONNECT`, `E_HTTP_TLS`, `E_HTTP_PROXY`, `E_HTTP_TIMEOUT`, `E_HTTP_BROKEN`, `E_HTTP_TOO_LARGE`
 */
export function exchange(wire: Wire, request: WireRequest): Operation<WireResponse> {
  return action<WireResponse>((resolve, reject) => {
    const running = new Exchange(wire, request, resolve, reject);
    running.begin();
    return () => running.cancel();
  }, request.description);
}

class Exchange implements Dispatcher.DispatchHandler, Waiter {
  readonly #wire: Wire;
  readonly #request: WireRequest;
  readonly #resolve: (response: WireResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #timer = new Timer();
  #state: "waiting" | "running" | "over" = "waiting";
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  readonly #chunks: Buffer[] = [];
  #receivedBytes = 0;

  constructor(
    wire: Wire,
    request: WireRequest,
    resolve: (response: WireResponse) => void,
    reject: (error: Error) => void,
  ) {
    this.#wire = wire;
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  begin(): void {
    this.#wire.slots.take(this);
    if (this.#state === "waiting") this.#limit("pool", this.#wire.poolTimeout);
  }

  /** There is a slot. undici opens a connection when it has none that is free; the connector limits the time that takes. */
  proceed(): void {
    this.#timer.stop();
    this.#state = "running";
    const { dispatcher, slots, maxKeepaliveConnections } = this.#wire;
    const { method, origin, path, headers, body } = this.#request;
    const reset = slots.taken > maxKeepaliveConnections ? { reset: true } : undefined; // closes after the reply
    try {
      dispatcher.dispatch({ method, origin, path, ...inPieces(body, headers), ...reset }, this);
    } catch (error) {
      this.onResponseError(undefined, toError(error)); // undici's own do not throw, but MockAgent does
    }
  }

  /** The caller does not wait any more. Nothing happens when the reply is here already. */
  cancel(): void {
    if (this.#state !== "over") this.#leave(new Error("The request was halted."));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#state === "over") controller.abort(new Error("The request was halted."));
    else if (isLarge(this.#request.body)) this.#limit("write", this.#wire.writeTimeout);
    else this.#limit("read", this.#wire.readTimeout); // undici hands it over in one go
  }

  onBodySent(): void {
    if (this.#state === "running") this.#timer.restart(); // it is the standstill that is limited
  }

  onRequestSent(): void {
    const isAwaited = this.#state === "running" && this.#status === 0;
    if (isAwaited && isLarge(this.#request.body)) this.#limit("read", this.#wire.readTimeout);
  }

  onResponseStart(_controller: unknown, status: number, headers: IncomingHttpHeaders): void {
    if (this.#state === "over" || status < 200) return; // 1xx: the answer is still to come
    this.#status = status;
    this.#headers = headers;
    this.#limit("read", this.#wire.readTimeout);
    if (this.#request.method !== "HEAD") this.#checkSize(Number(headers["content-length"] ?? 0));
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.#state === "over") return;
    this.#timer.restart();
    this.#receivedBytes += chunk.length;
    this.#chunks.push(chunk);
    this.#checkSize(this.#receivedBytes);
  }

  onResponseEnd(): void {
    if (this.#state === "over") return;
    this.#timer.stop();
    // undici has the connection back one turn later: a request that comes before that would open another one.
    queueMicrotask(() => setImmediate(() => this.#finish()));
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#state !== "over") this.#fail(error);
  }

  #finish(): void {
    if (this.#state === "over") return;
    this.#leave();
    const body = this.#chunks.length === 1 ? (this.#chunks[0] ?? Buffer.of()) : Buffer.concat(this.#chunks);
    const encoding = this.#headers["content-encoding"];
    if (encoding === undefined || body.length === 0) {
      this.#resolve({ status: this.#status, headers: this.#headers, body });
    } else {
      decodeBody(encoding, body, this.#wire.maxResponseBytes).then(
        (decoded) => this.#resolve({ status: this.#status, headers: this.#headers, body: decoded }),
        (error) => this.#reject(error instanceof RangeError ? this.#tooLarge() : error),
      );
    }
  }

  #limit(kind: Exclude<TimeoutKind, "connect">, seconds: number): void {
    const elapsed = () => this.#fail(new HttpTimeoutError(kind, seconds, this.#request.description));
    this.#timer.start(toTimeoutMs(seconds), elapsed);
  }

  #checkSize(bytes: number): void {
    if (bytes > this.#wire.maxResponseBytes) this.#fail(this.#tooLarge());
  }

  #fail(error: Error): void {
    this.#leave(error);
    this.#reject(toExchangeError(error, this.#request.description));
  }

  /** With a reason, it also stops what is still going on; over HTTP/1 that closes the connection. */
  #leave(reason?: Error): void {
    const wasWaiting = this.#state === "waiting";
    this.#state = "over";
    this.#timer.stop();
    if (reason !== undefined) this.#controller?.abort(reason);
    if (wasWaiting) this.#wire.slots.giveUp(this);
    else this.#wire.slots.release();
  }

  #tooLarge(): AgentError {
    const { description } = this.#request;
    const message = `${description}: the reply is larger than ${this.#wire.maxResponseBytes} bytes. Ask for less at a time.`;
    return new AgentError("E_HTTP_TOO_LARGE", message);
  }
}
