import type { Operation } from "effection";

/** A moment's view of a channel, the same from both ends. */
export interface ChannelStatistics {
  /** Items the channel may hold; `Infinity` when unbounded. */
  readonly capacity: number;
  /** Items it holds. More than `capacity` only while items that halted receivers gave back wait for the next one. */
  readonly bufferUsed: number;
  readonly peakBufferUsed: number;
  /** Ends not closed, clones included. */
  readonly openSenders: number;
  readonly openReceivers: number;
  /** Tasks waiting in `send`. */
  readonly sendersWaiting: number;
  /** Tasks waiting in `receive` or `receiveBatch`. */
  readonly receiversWaiting: number;
}

interface ChannelEnd {
  /** At once, any number of times. Other clones stay open. `using end = other.clone()` closes at the end of the block. */
  close(): void;
  [Symbol.dispose](): void;
  /** This very end; other clones may be open. */
  readonly isClosed: boolean;
  statistics(): ChannelStatistics;
}

/** The end through which items enter a channel. */
export interface SendChannel<in T> extends ChannelEnd {
  /**
   * Sends, first waiting for room if there is none; those who wait are served in order. A halt leaves the item either
   * sent or not sent at all.
   * @throws {ClosedResourceError} when this end is or becomes closed
   * @throws {BrokenResourceError} when all receivers are or become closed
   */
  send(item: T): Operation<void>;
  /** Sends without waiting, from anywhere. @throws as `send`, and {WouldBlock} when there is no room */
  sendNowait(item: T): void;
  /** One more send end. The channel ends when all are closed. @throws {ClosedResourceError} */
  clone(): SendChannel<T>;
}

export interface ReceiveOptions {
  /** Gives up after so long without an item. None by default; nor above 24.8 days, which is as far as timers go. */
  readonly timeoutMs?: number;
}

/** The end through which items leave a channel. */
export interface ReceiveChannel<out T> extends ChannelEnd {
  /**
   * The next item; waits for one if there is none, first come, first served. A halt takes nothing out of the channel.
   * @throws {EndOfChannel} when all senders are closed and nothing is left
   * @throws {ClosedResourceError} when this end is or becomes closed
   * @throws {TooSlowError} after `timeoutMs`, as `failAfter` would, but for 0.3 µs instead of 40
   */
  receive(options?: ReceiveOptions): Operation<T>;
  /** Waits for an item, then takes up to `max` of those that are there, at least one. @throws as `receive` */
  receiveBatch(max: number, options?: ReceiveOptions): Operation<T[]>;
  /** The next item without waiting, from anywhere. @throws as `receive`, and {WouldBlock} when there is none */
  receiveNowait(): T;
  /** One more receive end: each item goes to one of them. @throws {ClosedResourceError} */
  clone(): ReceiveChannel<T>;
}
