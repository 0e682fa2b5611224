import type { Socket } from "node:net";
import { Client, type Dispatcher } from "undici";
import { type ConnectOptions, connectWithRetries } from "./connect.ts";
import type { Route } from "./route.ts";

export interface ConnectionOptions extends ConnectOptions {
  /** How long it may stay idle, in ms; 0 closes it after each request. A shorter wish of the server is obeyed. */
  readonly keepAliveMs: number;
}

export interface ConnectionEvents {
  opened(connection: Connection): void;
  lost(connection: Connection): void;
}

/** Streams we open at most on one HTTP/2 connection; undici lowers it to what the server allows. */
const MAX_STREAMS = 100;
/** How long before the server would close an idle connection we do, in ms. */
const KEEP_ALIVE_MARGIN_MS = 1_000;

/** One connection to a peer. It opens with its first request, and opens again when one is sent after it was lost. */
export class Connection {
  readonly route: Route;
  /** Requests it carries. The pool counts. */
  inUse = 0;
  readonly #client: Client;
  readonly #abandon = new AbortController();
  #socket: Socket | undefined;

  constructor(route: Route, options: ConnectionOptions, events: ConnectionEvents) {
    this.route = route;
    const keepAliveMs = Math.max(1, Math.round(options.keepAliveMs));
    this.#client = new Client(route.peer, {
      pipelining: options.keepAliveMs > 0 ? 1 : 0,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN_MS,
      // Exchange keeps the time: undici's timers are exact to a second only, and shared by the whole process.
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: options.http2,
      h2Options: { maxConcurrentStreams: MAX_STREAMS },
      connect: (_target, callback) => {
        connectWithRetries(route, options, this.#abandon.signal).then(
          (socket) => {
            this.#socket = socket;
            callback(null, socket);
          },
          (error) => callback(error, null),
        );
      },
    });
    this.#client.on("connect", () => events.opened(this));
    this.#client.on("disconnect", () => {
      this.#socket = undefined;
      events.lost(this);
    });
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  get isShared(): boolean {
    return this.#socket !== undefined && "alpnProtocol" in this.#socket && this.#socket.alpnProtocol === "h2";
  }

  get hasRoom(): boolean {
    return this.inUse < (this.isShared ? MAX_STREAMS : 1);
  }

  /** Bytes handed over that the operating system has not taken yet. */
  get unsentBytes(): number {
    return this.#socket?.writableLength ?? 0;
  }

  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#client.dispatch(request, handler);
  }

  /** Ends it and whatever it carries. */
  async destroy(): Promise<void> {
    this.#abandon.abort(new Error("The connection was given up."));
    await this.#client.destroy();
  }

  /** Ends it once undici is done with the request it carries. */
  close(): void {
    this.#client.close(() => {});
  }
}
