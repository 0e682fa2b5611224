import type { Operation } from "effection";
import type { TargetMessage } from "./message.ts";
import type { StoryOptions } from "./story-options.ts";

export interface AgentTargetOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly host?: string;
  /** Plays a story to every client, starting with the server. Without it clients get only `send` and `flood`. */
  readonly story?: StoryOptions;
  /** `false` leaves pings unanswered, as a half-open connection does. */
  readonly autoPong?: boolean;
}

export interface FloodOptions {
  /** The message number `index`, from 0. The default ones are all different and belong to 100 runs in turn. */
  readonly message?: (index: number) => TargetMessage | string;
}

/** A running stand-in for the service that the `target_example` agent watches. */
export interface AgentTarget {
  /** For example `ws://127.0.0.1:40123`. */
  readonly url: string;
  readonly port: number;
  /** Clients connected now. */
  readonly connections: number;
  /** Connections accepted since the start. */
  readonly accepted: number;
  /** Connections turned away since the start. */
  readonly refused: number;
  /** Messages handed to sockets since the start: one that went to two clients counts as two. */
  readonly sent: number;
  /** Sends to every client: an object as JSON text, a string as it is, bytes as a binary frame. */
  send(message: TargetMessage | string | Uint8Array): void;
  /**
   * Sends `count` messages to each client connected now, as fast as each takes them, and waits until the last has left.
   * @returns messages sent, all clients together; fewer than asked for when a client left meanwhile
   * @throws {AgentError} `E_NO_CLIENT` when nobody is connected
   */
  flood(count: number, options?: FloodOptions): Operation<number>;
  /** Closes every connection; 1006, the code of a broken connection, cuts it without a goodbye. Default 1000. */
  closeClients(code?: number): void;
  /** Turns the next `times` connection attempts away with HTTP 503; `Infinity` until told otherwise, 0 to stop. */
  refuse(times: number): void;
  /** Waits until `condition` holds. Checked now, and at each connection, goodbye, refusal and message sent. */
  until(condition: () => boolean): Operation<void>;
}
