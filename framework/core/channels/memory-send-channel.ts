import type { Operation } from "effection";
import type { ChannelStatistics, SendChannel } from "./channel.ts";
import { BrokenResourceError, ClosedResourceError, WouldBlock } from "./errors.ts";
import type { MemoryChannelState } from "./memory-channel-state.ts";

export class MemorySendChannel<T> implements SendChannel<T> {
  readonly #state: MemoryChannelState<T>;
  #closed = false;

  constructor(state: MemoryChannelState<T>) {
    this.#state = state;
    state.openSender();
  }

  *send(item: T): Operation<void> {
    if (this.#state.checkpoint.isDue()) yield* this.#state.checkpoint.turn();
    if (this.#canSend()) this.#state.put(item);
    else yield* this.#state.waitToPut(this, item);
  }

  sendNowait(item: T): void {
    if (!this.#canSend()) throw new WouldBlock("The channel is full. Use send() to wait for room.");
    this.#state.put(item);
  }

  clone(): SendChannel<T> {
    if (this.#closed) throw new ClosedResourceError();
    return new MemorySendChannel(this.#state);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#state.closeSender(this);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  statistics(): ChannelStatistics {
    return this.#state.statistics();
  }

  #canSend(): boolean {
    if (this.#closed) throw new ClosedResourceError();
    if (this.#state.isBroken) throw new BrokenResourceError();
    return this.#state.canPut;
  }
}
