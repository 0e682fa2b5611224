import type { Dispatcher } from "undici";
import type { Redactor } from "../../../toolkit/index.ts";
import type { Http2Streams } from "./http2-streams.ts";
import type { Slots } from "./slots.ts";

/** Where a request goes. */
export interface Target {
  readonly url: URL;
  readonly origin: string;
  /** `/path?query` */
  readonly path: string;
  /** `GET https://…`, fit for messages. */
  readonly description: string;
}

/** A request as it goes over the wire. */
export interface Message {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  /** See `HttpRequest`. */
  readonly statusSuffices: boolean;
}

/** What requests are sent with. Timeouts are in seconds; 0 is no limit. */
export interface Wire {
  readonly dispatcher: Dispatcher;
  readonly slots: Slots;
  /** `undefined` where HTTP/2 is turned off. */
  readonly streams: Http2Streams | undefined;
  readonly poolTimeout: number;
  readonly readTimeout: number;
  readonly writeTimeout: number;
  readonly maxKeepaliveConnections: number;
  readonly maxResponseBytes: number;
  readonly redactor: Redactor;
  /** Hears of each exchange that was not halted: its status, `undefined` without a whole reply, and how long it took. */
  readonly observe: ((status: number | undefined, durationMs: number) => void) | undefined;
}
