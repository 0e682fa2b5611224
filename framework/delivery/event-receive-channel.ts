import type { Operation } from "effection";
import {
  type ChannelStatistics,
  ClosedResourceError,
  EndOfChannel,
  type ReceiveChannel,
  type ReceiveOptions,
  WouldBlock,
} from "../core/index.ts";
import type { EventChannelState } from "./channel-state.ts";
import type { QueuedEvent } from "./lanes/index.ts";

/** What the server said of an event that it will never take. */
export interface Refusal {
  /** HTTP status. */
  readonly status: number;
  readonly answer: string;
}

/**
 * The end through which events leave the outbox. It gives only events whose lane is free, and their lane is taken until
 * they are settled: so any number of workers can deliver at a time, and each run stays in order.
 */
export interface EventReceiver extends ReceiveChannel<QueuedEvent> {
  /** It is delivered, and never comes again. */
  acknowledge(event: QueuedEvent): void;
  /** It becomes a dead letter. */
  refuse(event: QueuedEvent, refusal: Refusal): void;
  /** It comes again after so many ms; until then its lane waits, and no other. */
  retryAfter(event: QueuedEvent, ms: number): void;
  /** It comes again, as if it had not been taken. Does nothing when it is settled: for cleaning up after a halt. */
  giveBack(event: QueuedEvent): void;
  clone(): EventReceiver;
}

export class EventReceiveChannel implements EventReceiver {
  readonly #state: EventChannelState;
  readonly #turns: ReceiveChannel<undefined>;
  #closed = false;

  constructor(state: EventChannelState, turns: ReceiveChannel<undefined>) {
    this.#state = state;
    this.#turns = turns;
    state.openReceiver();
  }

  *receive(options?: ReceiveOptions): Operation<QueuedEvent> {
    while (true) {
      yield* this.#turns.receive(options);
      const event = this.#state.take(this);
      if (event !== undefined) return event;
    }
  }

  *receiveBatch(max: number, options?: ReceiveOptions): Operation<QueuedEvent[]> {
    const events = [yield* this.receive(options)];
    try {
      while (events.length < max) events.push(this.receiveNowait());
    } catch (error) {
      if (!(error instanceof WouldBlock || error instanceof EndOfChannel)) throw error;
    }
    return events;
  }

  receiveNowait(): QueuedEvent {
    while (true) {
      this.#turns.receiveNowait();
      const event = this.#state.take(this);
      if (event !== undefined) return event;
    }
  }

  acknowledge(event: QueuedEvent): void {
    this.#state.acknowledge(event);
  }

  refuse(event: QueuedEvent, refusal: Refusal): void {
    this.#state.refuse(event, refusal);
  }

  retryAfter(event: QueuedEvent, ms: number): void {
    this.#state.retryAfter(event, ms);
  }

  giveBack(event: QueuedEvent): void {
    this.#state.giveBack(event);
  }

  clone(): EventReceiver {
    if (this.#closed) throw new ClosedResourceError();
    return new EventReceiveChannel(this.#state, this.#turns.clone());
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#turns.close();
    this.#state.closeReceiver(this);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  statistics(): ChannelStatistics {
    return this.#state.statistics();
  }
}
