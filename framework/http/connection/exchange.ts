import type { IncomingHttpHeaders } from "node:http";
import type { ClientHttp2Stream } from "node:http2";
import type { Operation } from "effection";
import type { Dispatcher } from "undici";
import { AgentError, toError } from "../../../toolkit/index.ts";
import { Wait } from "../../core/index.ts";
import { HttpTimeoutError, type TimeoutKind, toExchangeError } from "../errors.ts";
import { HttpResponse } from "../response.ts";
import { Timer, toTimeoutMs } from "../timer.ts";
import { inPieces, isLarge } from "./body-pieces.ts";
import { decodeBody } from "./decode-body.ts";
import { reset, type StreamOwner } from "./http2-streams.ts";
import type { Waiter } from "./slots.ts";
import type { Message, Target, Wire } from "./wire.ts";

/** For how long a connection may go on with a reply of which nobody reads the rest; longer, and it is closed. */
const DRAIN_MS = 1_000;

const NO_BODY = Buffer.alloc(0);

/**
 * One request and its whole reply, or as much of it as matters, to be waited for once. A halt ends it on the wire as well.
 * @throws {AgentError} `E_HTTP_CONNECT`, `E_HTTP_TLS`, `E_HTTP_PROXY`, `E_HTTP_TIMEOUT`, `E_HTTP_BROKEN`, `E_HTTP_TOO_LARGE`
 */
export function exchange(wire: Wire, target: Target, message: Message): Operation<HttpResponse> {
  return new Exchange(wire, target, message);
}

class Exchange extends Wait<HttpResponse> implements Dispatcher.DispatchHandler, StreamOwner, Waiter {
  readonly #wire: Wire;
  readonly #target: Target;
  readonly #message: Message;
  readonly #timer = new Timer();
  #limited: TimeoutKind | undefined;
  #state: "waiting" | "running" | "draining" | "over" = "waiting";
  #isWhole = false;
  #controller: Dispatcher.DispatchController | undefined;
  #stream: ClientHttp2Stream | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  readonly #chunks: Buffer[] = [];
  #receivedBytes = 0;
  #startedAtMs = 0;

  constructor(wire: Wire, target: Target, message: Message) {
    super();
    this.#wire = wire;
    this.#target = target;
    this.#message = message;
  }

  get description(): string {
    return this.#target.description;
  }

  get method(): string {
    return this.#message.method;
  }

  get path(): string {
    return this.#target.path;
  }

  protected begin(): void {
    if (this.#wire.observe !== undefined) this.#startedAtMs = performance.now();
    this.#wire.slots.take(this);
    if (this.#state === "waiting") this.#limit("pool", this.#wire.poolTimeout);
  }

  /** There is a slot. undici opens a connection when it has none that is free; the connector limits the time that takes. */
  proceed(): void {
    this.#timer.stop();
    this.#state = "running";
    const { dispatcher, slots, maxKeepaliveConnections } = this.#wire;
    const { origin, path } = this.#target;
    const { method, headers, body } = this.#message;
    const reset = slots.taken > maxKeepaliveConnections ? { reset: true } : undefined; // closes after the reply
    try {
      dispatcher.dispatch({ method, origin, path, ...inPieces(body, headers), ...reset }, this);
    } catch (error) {
      this.onResponseError(undefined, toError(error)); // undici's own do not throw, but MockAgent does
    }
  }

  /** The caller does not wait any more. Nothing happens when the reply is here already. */
  protected end(): void {
    if (this.#state === "waiting" || this.#state === "running") this.#leave(new Error("The request was halted."));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#state === "over") {
      controller.abort(new Error("The request was halted."));
      return;
    }
    this.#wire.streams?.expect(this);
    if (isLarge(this.#message.body)) this.#limit("write", this.#wire.writeTimeout);
    else this.#limit("read", this.#wire.readTimeout); // undici hands it over in one go
  }

  opened(stream: ClientHttp2Stream): void {
    this.#stream = stream;
  }

  onBodySent(): void {
    if (this.#state === "running") this.#timer.restart(); // it is the standstill that is limited
  }

  onRequestSent(): void {
    const isAwaited = this.#state === "running" && this.#status === 0;
    if (isAwaited && isLarge(this.#message.body)) this.#limit("read", this.#wire.readTimeout);
  }

  onResponseStart(_controller: unknown, status: number, headers: IncomingHttpHeaders): void {
    if (this.#state !== "running") return;
    if (status < 200) {
      this.#timer.restart(); // a sign of life: the answer is still to come
      return;
    }
    this.#status = status;
    this.#headers = headers;
    this.#limit("read", this.#wire.readTimeout);
    if (this.#isAnswered) process.nextTick(settle, this);
    else if (this.#message.method !== "HEAD") this.#checkSize(Number(headers["content-length"] ?? 0));
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.#state !== "running" || this.#isAnswered) return;
    this.#timer.restart();
    this.#receivedBytes += chunk.length;
    this.#chunks.push(chunk);
    this.#checkSize(this.#receivedBytes);
  }

  onResponseEnd(): void {
    this.#isWhole = true;
    if (this.#state === "over") return;
    this.#timer.stop();
    // Otherwise `settle`, which is still to come in this turn, sees to it.
    if (this.#state === "draining" || !this.#isAnswered) process.nextTick(finishInOneTurn, this);
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#state === "draining") this.#leave();
    else if (this.#state !== "over") this.#fail(error);
  }

  /** The status says it all. Most answers are whole by now; of others the rest is not waited for. */
  settle(): void {
    if (this.#state !== "running") return;
    if (this.#isWhole) {
      finishInOneTurn(this);
      return;
    }
    this.#state = "draining";
    this.#timer.start(DRAIN_MS, () => this.#leave(new Error("Nobody reads the rest of the reply.")));
    this.#succeed(NO_BODY);
  }

  finish(): void {
    const wasDraining = this.#state === "draining";
    if (this.#state === "over") return;
    this.#leave();
    if (wasDraining) return;
    const body = this.#chunks.length === 1 ? (this.#chunks[0] ?? NO_BODY) : Buffer.concat(this.#chunks);
    const encoding = this.#headers["content-encoding"];
    if (encoding === undefined || body.length === 0) this.#succeed(body);
    else {
      decodeBody(this.#target.description, encoding, body, this.#wire.maxResponseBytes).then(
        (decoded) => this.#succeed(decoded),
        (error) => this.#refuse(error instanceof RangeError ? this.#tooLarge() : error),
      );
    }
  }

  get #isAnswered(): boolean {
    return this.#message.statusSuffices && this.#status >= 200 && this.#status < 300;
  }

  #succeed(body: Buffer): void {
    this.#observe(this.#status);
    const answer = { status: this.#status, headers: this.#headers, body };
    this.resolve(new HttpResponse(answer, this.#target, this.#wire.redactor));
  }

  #refuse(error: Error): void {
    if (this.#message.statusSuffices && this.#status !== 0) {
      this.#succeed(NO_BODY);
      return;
    }
    this.#observe(undefined);
    this.reject(error);
  }

  #observe(status: number | undefined): void {
    this.#wire.observe?.(status, performance.now() - this.#startedAtMs);
  }

  #limit(kind: Exclude<TimeoutKind, "connect">, seconds: number): void {
    if (kind === this.#limited) {
      this.#timer.restart();
      return;
    }
    this.#limited = kind;
    const elapsed = () => this.#fail(new HttpTimeoutError(kind, seconds, this.#target.description));
    this.#timer.start(toTimeoutMs(seconds), elapsed);
  }

  #checkSize(bytes: number): void {
    if (bytes > this.#wire.maxResponseBytes) this.#fail(this.#tooLarge());
  }

  #fail(error: Error): void {
    this.#leave(error);
    this.#refuse(toExchangeError(error, this.#target.description));
  }

  /** With a reason, it also stops what is still going on; over HTTP/1 that closes the connection. */
  #leave(reason?: Error): void {
    const wasWaiting = this.#state === "waiting";
    this.#state = "over";
    this.#timer.stop();
    if (reason !== undefined) {
      if (this.#stream !== undefined) reset(this.#stream);
      this.#controller?.abort(reason);
    }
    if (wasWaiting) this.#wire.slots.giveUp(this);
    else this.#wire.slots.release();
  }

  #tooLarge(): AgentError {
    const { description } = this.#target;
    const message = `${description}: the reply is larger than ${this.#wire.maxResponseBytes} bytes. Ask for less at a time.`;
    return new AgentError("E_HTTP_TOO_LARGE", message);
  }
}

function settle(running: Exchange): void {
  running.settle();
}

/** undici has the connection back one turn later: a request that comes before that would open another one. */
function finishInOneTurn(running: Exchange): void {
  setImmediate(finish, running);
}

function finish(running: Exchange): void {
  running.finish();
}
