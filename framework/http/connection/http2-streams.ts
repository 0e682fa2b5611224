import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type ClientHttp2Stream, constants, type OutgoingHttpHeaders } from "node:http2";

/** Here Node says at once which stream it opens, since 24.1; 24.0 says nothing, and streams are given up in undici's way. */
const CREATED = "http2.client.stream.created";

export interface StreamOwner {
  /** Of the request, as it was handed to undici. */
  readonly method: string;
  readonly path: string;
  opened(stream: ClientHttp2Stream): void;
}

/**
 * Tells requests which HTTP/2 streams undici opens for them, so that they can `reset` them; undici does not say. One for
 * each client that may speak HTTP/2.
 */
export class Http2Streams {
  #next: StreamOwner | undefined;

  constructor() {
    subscribe(CREATED, this.#created);
  }

  /** undici starts the request now: it opens a stream in this very turn, unless the connection is one of HTTP/1. */
  expect(owner: StreamOwner): void {
    this.#next = owner;
  }

  close(): void {
    unsubscribe(CREATED, this.#created);
  }

  readonly #created = (message: unknown): void => {
    const owner = this.#next;
    if (owner === undefined || !isCreation(message)) return;
    const { stream, headers } = message;
    // Others in the process have streams, too.
    if (headers[":method"] !== owner.method || headers[":path"] !== owner.path) return;
    this.#next = undefined;
    owner.opened(stream);
  };
}

/**
 * Keep this before undici's own way to give up a stream, "no error" and destroyed at once: Node 24.21 puts the reset off
 * until the body is sent and forgets the stream, and as soon as it may send on, it asks nobody for the rest of that body,
 * in C++ and for ever. The whole process stands still.
 */
export function reset(stream: ClientHttp2Stream): void {
  if (!stream.closed) stream.close(constants.NGHTTP2_CANCEL);
}

interface Creation {
  readonly stream: ClientHttp2Stream;
  readonly headers: OutgoingHttpHeaders;
}

function isCreation(message: unknown): message is Creation {
  return typeof message === "object" && message !== null && "stream" in message && "headers" in message;
}
