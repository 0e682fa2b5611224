import type { Operation } from "effection";
import type { ChannelStatistics, ReceiveChannel, ReceiveOptions } from "./channel.ts";
import { ClosedResourceError, EndOfChannel, WouldBlock } from "./errors.ts";
import type { MemoryChannelState } from "./memory-channel-state.ts";

export class MemoryReceiveChannel<T> implements ReceiveChannel<T> {
  readonly #state: MemoryChannelState<T>;
  #closed = false;

  constructor(state: MemoryChannelState<T>) {
    this.#state = state;
    state.openReceiver();
  }

  *receive(options?: ReceiveOptions): Operation<T> {
    if (this.#state.checkpoint.isDue()) yield* this.#state.checkpoint.turn();
    return this.#canReceive() ? this.#state.take() : yield* this.#state.waitToTake(this, options?.timeoutMs);
  }

  *receiveBatch(max: number, options?: ReceiveOptions): Operation<T[]> {
    const items = [yield* this.receive(options)];
    while (items.length < max && !this.#closed && this.#state.canTake) items.push(this.#state.take());
    return items;
  }

  receiveNowait(): T {
    if (!this.#canReceive()) throw new WouldBlock("The channel is empty. Use receive() to wait for an item.");
    return this.#state.take();
  }

  clone(): ReceiveChannel<T> {
    if (this.#closed) throw new ClosedResourceError();
    return new MemoryReceiveChannel(this.#state);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#state.closeReceiver(this);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  statistics(): ChannelStatistics {
    return this.#state.statistics();
  }

  #canReceive(): boolean {
    if (this.#closed) throw new ClosedResourceError();
    if (this.#state.hasEnded) throw new EndOfChannel();
    return this.#state.canTake;
  }
}
