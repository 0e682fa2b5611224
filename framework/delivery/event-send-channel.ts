import type { Operation } from "effection";
import type { ObservabilityEvent } from "../../toolkit/observability/index.ts";
import {
  BrokenResourceError,
  type ChannelStatistics,
  ClosedResourceError,
  type SendChannel,
  WouldBlock,
} from "../core/index.ts";
import type { EventChannelState } from "./channel-state.ts";
import { OpenUnit, OpenUnitContext } from "./open-unit.ts";

/** Made once: it is looked up for each event. */
const openUnit = OpenUnitContext.get();

export class EventSendChannel implements SendChannel<ObservabilityEvent> {
  readonly #state: EventChannelState;
  #closed = false;

  constructor(state: EventChannelState) {
    this.#state = state;
    state.openSender();
  }

  *send(event: ObservabilityEvent): Operation<void> {
    const { pace, outbox } = this.#state;
    if (pace.isDue()) yield* pace.turn();
    this.#check();
    const unit = yield* openUnit;
    // Keep waiting inside of a unit to its first event: a unit may be larger than all the room there will ever be.
    if (outbox.isFull && !unit?.eventCount) yield* this.#untilRoom();
    if (unit === undefined) yield* outbox.commit(OpenUnit.of(event));
    else unit.stage(event);
  }

  sendNowait(event: ObservabilityEvent): void {
    const { outbox } = this.#state;
    this.#check();
    if (outbox.isFull) throw new WouldBlock("The outbox is full. Use send() to wait for room.");
    outbox.commitSoon(OpenUnit.of(event));
  }

  clone(): SendChannel<ObservabilityEvent> {
    if (this.#closed) throw new ClosedResourceError();
    return new EventSendChannel(this.#state);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#state.closeSender();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  statistics(): ChannelStatistics {
    return this.#state.statistics();
  }

  *#untilRoom(): Operation<void> {
    const { outbox } = this.#state;
    while (outbox.isFull) {
      yield* outbox.room.wait();
      this.#check();
    }
  }

  #check(): void {
    if (this.#closed) throw new ClosedResourceError();
    if (this.#state.isBroken) throw new BrokenResourceError();
  }
}
