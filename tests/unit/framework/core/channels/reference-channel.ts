/** How a call ended: an item, items, "sent", or an error's code. Missing while it waits. */
export type Outcome = number | readonly number[] | "sent" | string;

interface Waiting {
  readonly call: number;
  readonly end: object;
}

/**
 * The rules of a memory channel, written as plainly as possible: arrays and no tasks; every call has a number.
 * It says how each call ends, and when, for a channel on which one thing happens at a time.
 */
export class ReferenceChannel {
  readonly outcomes = new Map<number, Outcome>();
  readonly #capacity: number;
  readonly #sendEnds = new Set<object>();
  readonly #receiveEnds = new Set<object>();
  #buffer: number[] = [];
  #senders: (Waiting & { readonly item: number })[] = [];
  #receivers: (Waiting & { readonly isBatch: boolean })[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  openSender(end: object): void {
    this.#sendEnds.add(end);
  }

  openReceiver(end: object): void {
    this.#receiveEnds.add(end);
  }

  isOpen(end: object): boolean {
    return this.#sendEnds.has(end) || this.#receiveEnds.has(end);
  }

  send(call: number, end: object, item: number, mayWait: boolean): void {
    const receiver = this.#receivers[0];
    if (!this.#sendEnds.has(end)) this.outcomes.set(call, "E_CHANNEL_CLOSED");
    else if (this.#receiveEnds.size === 0) this.outcomes.set(call, "E_CHANNEL_BROKEN");
    else if (receiver !== undefined) {
      this.#receivers.shift();
      this.outcomes.set(receiver.call, receiver.isBatch ? [item] : item);
      this.outcomes.set(call, "sent");
    } else if (this.#buffer.length < this.#capacity) {
      this.#buffer.push(item);
      this.outcomes.set(call, "sent");
    } else if (mayWait) this.#senders.push({ call, end, item });
    else this.outcomes.set(call, "E_CHANNEL_WOULD_BLOCK");
  }

  receive(call: number, end: object, mayWait: boolean, isBatch = false): void {
    if (!this.#receiveEnds.has(end)) this.outcomes.set(call, "E_CHANNEL_CLOSED");
    else if (this.#hasItems()) this.outcomes.set(call, this.#take());
    else if (this.#sendEnds.size === 0) this.outcomes.set(call, "E_CHANNEL_END");
    else if (mayWait) this.#receivers.push({ call, end, isBatch });
    else this.outcomes.set(call, "E_CHANNEL_WOULD_BLOCK");
  }

  receiveBatch(call: number, end: object, max: number): void {
    if (!this.#receiveEnds.has(end) || !this.#hasItems()) {
      this.receive(call, end, true, true);
    } else {
      const items: number[] = [];
      while (items.length < max && this.#hasItems()) items.push(this.#take());
      this.outcomes.set(call, items);
    }
  }

  halt(call: number): void {
    this.#senders = this.#senders.filter((waiting) => waiting.call !== call);
    this.#receivers = this.#receivers.filter((waiting) => waiting.call !== call);
  }

  close(end: object): void {
    if (this.#sendEnds.delete(end)) this.#sendEndClosed(end);
    else if (this.#receiveEnds.delete(end)) this.#receiveEndClosed(end);
  }

  counts(): Record<string, number> {
    return {
      bufferUsed: this.#buffer.length,
      openSenders: this.#sendEnds.size,
      openReceivers: this.#receiveEnds.size,
      sendersWaiting: this.#senders.length,
      receiversWaiting: this.#receivers.length,
    };
  }

  #sendEndClosed(end: object): void {
    for (const { call } of this.#senders.filter((each) => each.end === end)) this.#refuse(call, "E_CHANNEL_CLOSED");
    if (this.#sendEnds.size === 0) for (const { call } of this.#receivers) this.#refuse(call, "E_CHANNEL_END");
  }

  #receiveEndClosed(end: object): void {
    for (const { call } of this.#receivers.filter((each) => each.end === end)) this.#refuse(call, "E_CHANNEL_CLOSED");
    if (this.#receiveEnds.size > 0) return;
    this.#buffer = [];
    for (const { call } of this.#senders) this.#refuse(call, "E_CHANNEL_BROKEN");
  }

  #refuse(call: number, code: string): void {
    this.halt(call);
    this.outcomes.set(call, code);
  }

  #hasItems(): boolean {
    return this.#buffer.length + this.#senders.length > 0;
  }

  #take(): number {
    const sender = this.#senders.shift();
    if (sender !== undefined) {
      this.#buffer.push(sender.item);
      this.outcomes.set(sender.call, "sent");
    }
    const item = this.#buffer.shift();
    if (item === undefined) throw new Error("Nothing to take.");
    return item;
  }
}
