import { type Client, type Dispatcher, errors } from "undici";

type Handler = Dispatcher.DispatchHandler;
type Options = Dispatcher.DispatchOptions;

/** Where requests go out. */
export interface Requests extends Pick<Dispatcher, "dispatch"> {
  /** Forgets one that has not begun. undici's dispatchers abort such a one when its turn comes. */
  giveUp?(handler: Handler): void;
  /** Fails all requests. Resolves when their connections are closed. */
  destroy(): Promise<void>;
}

/**
 * Connections to each origin, over HTTP/1.1, with one request at a time on each. A request that waits for a connection
 * goes out on the first that has its reply, in the same turn of the event loop: from undici's own pool it would go two
 * turns later, and a busy agent would have half of its connections idle at any time.
 */
export class Connections implements Requests {
  readonly #open: (origin: string) => Client;
  readonly #most: number;
  readonly #byOrigin = new Map<string, OriginConnections>();
  #isDestroyed = false;

  /**
   * @param open makes one, without connecting it; it must not pipeline
   * @param most to one origin
   */
  constructor(open: (origin: string) => Client, most: number) {
    this.#open = open;
    this.#most = most;
  }

  dispatch(options: Options, handler: Handler): boolean {
    if (this.#isDestroyed) throw new errors.ClientDestroyedError();
    const origin = String(options.origin);
    let connections = this.#byOrigin.get(origin);
    if (connections === undefined) {
      connections = new OriginConnections(() => this.#open(origin), this.#most);
      this.#byOrigin.set(origin, connections);
    }
    return connections.dispatch(options, handler);
  }

  giveUp(handler: Handler): void {
    for (const connections of this.#byOrigin.values()) connections.giveUp(handler);
  }

  async destroy(): Promise<void> {
    this.#isDestroyed = true;
    await Promise.all([...this.#byOrigin.values()].map((connections) => connections.destroy()));
  }
}

interface Waiting {
  readonly options: Options;
  readonly handler: Handler;
}

class OriginConnections {
  readonly #open: () => Client;
  readonly #most: number;
  readonly #all: Client[] = [];
  /** The one that was used last comes first: the others can expire. */
  readonly #idle: Client[] = [];
  readonly #waiting: Waiting[] = [];

  constructor(open: () => Client, most: number) {
    this.#open = open;
    this.#most = most;
  }

  dispatch(options: Options, handler: Handler): boolean {
    const client = this.#idle.pop() ?? this.#oneMore();
    if (client === undefined) {
      this.#waiting.push({ options, handler });
      return false;
    }
    return client.dispatch(options, new Sent(handler, client, this));
  }

  /** It has no request any more. */
  release(client: Client): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(client);
    else client.dispatch(next.options, new Sent(next.handler, client, this));
  }

  giveUp(handler: Handler): void {
    const at = this.#waiting.findIndex((waiting) => waiting.handler === handler);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** Those who wait get the error of a request to a connection that is destroyed. */
  async destroy(): Promise<void> {
    const destroyed = this.#all.map((client) => client.destroy());
    for (const { options, handler } of this.#waiting.splice(0)) this.#all[0]?.dispatch(options, handler);
    await Promise.all(destroyed);
  }

  #oneMore(): Client | undefined {
    if (this.#all.length >= this.#most) return undefined;
    const client = this.#open();
    this.#all.push(client);
    return client;
  }
}

/** Tells when a connection is done with its request, and passes on what undici says of it. */
class Sent implements Handler {
  readonly #handler: Handler;
  readonly #client: Client;
  readonly #connections: OriginConnections;

  constructor(handler: Handler, client: Client, connections: OriginConnections) {
    this.#handler = handler;
    this.#client = client;
    this.#connections = connections;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#handler.onRequestStart?.(controller, context);
  }

  onBodySent(chunk: Buffer): void {
    this.#handler.onBodySent?.(chunk);
  }

  onRequestSent(): void {
    this.#handler.onRequestSent?.();
  }

  onResponseStart(...reply: Parameters<NonNullable<Handler["onResponseStart"]>>): void {
    this.#handler.onResponseStart?.(...reply);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#handler.onResponseData?.(controller, chunk);
  }

  onResponseEnd(...end: Parameters<NonNullable<Handler["onResponseEnd"]>>): void {
    // Now, as long as undici takes the connection for busy: what is pending then is written at once.
    this.#connections.release(this.#client);
    this.#handler.onResponseEnd?.(...end);
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.#handler.onResponseError?.(controller, error);
    queueMicrotask(() => this.#connections.release(this.#client)); // not now: undici is clearing up
  }
}
