import type { Operation } from "effection";
import { Checkpoint } from "../checkpoint.ts";
import type { ChannelStatistics } from "./channel.ts";
import { BrokenResourceError, ClosedResourceError, EndOfChannel } from "./errors.ts";
import { LinkedQueue } from "./linked-queue.ts";
import { RingBuffer } from "./ring-buffer.ts";
import { Waiter } from "./waiter.ts";

/**
 * What the ends of one memory channel share.
 *
 * An item is never handed to a receiver that waits: it goes into the buffer, is *promised*, and the receiver is woken.
 * When that runs, it takes the oldest item out, in the very step that returns it to its caller. One that is halted
 * between the two has no item to give back, only its promise: nothing is lost, and items leave in the order in which
 * they came. Promised items take up no capacity.
 *
 * Waking comes last in every method: from outside Effection it runs the woken task before it returns.
 */
export class MemoryChannelState<T> {
  readonly capacity: number;
  readonly checkpoint = new Checkpoint();
  readonly #buffer = new RingBuffer<T>();
  readonly #sendersWaiting = new LinkedQueue<Waiter<T>>();
  readonly #receiversWaiting = new LinkedQueue<Waiter<undefined>>();
  #promised = 0;
  #peakBufferUsed = 0;
  #openSenders = 0;
  #openReceivers = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get #bufferUsed(): number {
    return this.#buffer.length - this.#promised;
  }

  get isBroken(): boolean {
    return this.#openReceivers === 0;
  }

  /** Not while items are promised: a halt may still leave one of them to somebody else. */
  get hasEnded(): boolean {
    return this.#openSenders === 0 && this.#buffer.length === 0;
  }

  get canPut(): boolean {
    return this.#receiversWaiting.size > 0 || this.#bufferUsed < this.capacity;
  }

  get canTake(): boolean {
    return this.#bufferUsed > 0 || this.#sendersWaiting.size > 0;
  }

  /** Needs `canPut`. */
  put(item: T): void {
    this.#buffer.push(item);
    this.#offer();
  }

  /** Needs `canTake`. The longest waiting sender's item moves up into the room this leaves. */
  take(): T {
    const sender = this.#bufferUsed <= this.capacity ? this.#sendersWaiting.shift() : undefined;
    if (sender !== undefined) this.#buffer.push(sender.item);
    const item = this.#buffer.shift();
    sender?.grant();
    return item;
  }

  /** Waits until `item` was taken out of the waiting sender's hands. */
  *waitToPut(end: object, item: T): Operation<void> {
    yield* new Waiter(end, item).wait(this.#sendersWaiting, "Sending to the channel");
  }

  /** Waits for an item to be promised, and takes it. */
  *waitToTake(end: object, timeoutMs: number | undefined): Operation<T> {
    const waiter = new Waiter(end, undefined);
    let taken = false;
    try {
      yield* waiter.wait(this.#receiversWaiting, "Receiving from the channel", timeoutMs);
      taken = true;
      return this.#takePromised();
    } finally {
      if (waiter.granted && !taken) this.#returnPromise(); // halted before it could take its item
    }
  }

  openSender(): void {
    this.#openSenders += 1;
  }

  openReceiver(): void {
    this.#openReceivers += 1;
  }

  closeSender(end: object): void {
    this.#openSenders -= 1;
    const own = this.#sendersWaiting.evict((waiter) => waiter.end === end);
    const ended = this.#evictEndedReceivers();
    for (const waiter of own) waiter.refuse(() => new ClosedResourceError());
    for (const waiter of ended) waiter.refuse(() => new EndOfChannel());
  }

  closeReceiver(end: object): void {
    this.#openReceivers -= 1;
    const own = this.#receiversWaiting.evict((waiter) => waiter.end === end);
    const broken = this.isBroken ? this.#sendersWaiting.evict(() => true) : [];
    if (this.isBroken) this.#buffer.truncate(this.#promised);
    for (const waiter of own) waiter.refuse(() => new ClosedResourceError());
    for (const waiter of broken) waiter.refuse(() => new BrokenResourceError());
  }

  statistics(): ChannelStatistics {
    return {
      capacity: this.capacity,
      bufferUsed: this.#bufferUsed,
      peakBufferUsed: this.#peakBufferUsed,
      openSenders: this.#openSenders,
      openReceivers: this.#openReceivers,
      sendersWaiting: this.#sendersWaiting.size,
      receiversWaiting: this.#receiversWaiting.size,
    };
  }

  /** Promises what is in the buffer to those who wait for it. */
  #offer(): void {
    while (this.#bufferUsed > 0) {
      const receiver = this.#receiversWaiting.shift();
      if (receiver === undefined) break;
      this.#promised += 1;
      receiver.grant();
    }
    this.#peakBufferUsed = Math.max(this.#peakBufferUsed, this.#bufferUsed);
  }

  #takePromised(): T {
    this.#promised -= 1;
    const item = this.#buffer.shift();
    for (const waiter of this.#evictEndedReceivers()) waiter.refuse(() => new EndOfChannel());
    return item;
  }

  #returnPromise(): void {
    this.#promised -= 1;
    if (this.isBroken) this.#buffer.truncate(this.#promised);
    else this.#offer();
  }

  #evictEndedReceivers(): Waiter<undefined>[] {
    return this.hasEnded ? this.#receiversWaiting.evict(() => true) : [];
  }
}
