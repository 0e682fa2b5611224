import {
  type ChannelStatistics,
  openMemoryChannel,
  type ReceiveChannel,
  type SendChannel,
  type Shutdown,
} from "../core/index.ts";
import { type LaneCounts, Lanes, type QueuedEvent } from "./lanes/index.ts";
import type { Outbox, OutboxChannel } from "./outbox.ts";
import { Pace } from "./pace.ts";
import type { StoredEvent } from "./store/index.ts";

/** Put off in a row, and none delivered between them: the server is down. */
const MANY_IN_VAIN = 32;

/** When more wait than these, the rest is on disk only. */
const BODIES_IN_MEMORY = 8_192;

interface InFlight {
  readonly event: QueuedEvent;
  /** Who has taken it. */
  readonly end: object;
}

/** What the ends of the event channel share. */
export class EventChannelState implements OutboxChannel {
  readonly outbox: Outbox;
  readonly pace = new Pace(() => this.#lanes.bodies);
  /** The first receive end: it gets one item for each event that can be taken. */
  readonly turns: ReceiveChannel<undefined>;
  readonly #newTurn: SendChannel<undefined>;
  readonly #shutdown: Shutdown;
  readonly #lanes: Lanes;
  readonly #inFlight = new Map<number, InFlight>();
  #openSenders = 0;
  #openReceivers = 0;
  #inVain = 0;
  #isLeaving = false;
  #isOver = false;

  constructor(outbox: Outbox, shutdown: Shutdown) {
    this.outbox = outbox;
    this.#shutdown = shutdown;
    [this.#newTurn, this.turns] = openMemoryChannel<undefined>(Number.POSITIVE_INFINITY);
    this.#lanes = new Lanes(outbox.source, {
      capacity: BODIES_IN_MEMORY,
      lastId: outbox.lastSafeId,
      becameReady: () => this.#newTurn.sendNowait(undefined),
    });
  }

  /** Also when the channel has ended and its lanes are gone, what is in flight is counted until it is settled. */
  get lanes(): LaneCounts {
    return { ...this.#lanes.counts, inFlight: this.#inFlight.size };
  }

  /** Begins with what is on disk. */
  start(): void {
    this.#lanes.start();
  }

  add(events: readonly StoredEvent[], areAll: boolean): void {
    if (this.#isOver) return;
    this.#lanes.add(events, areAll);
    this.endIfDone();
  }

  extend(lastId: number): void {
    if (!this.#isOver) this.#lanes.extend(lastId);
  }

  /** Are all receive ends closed? */
  get isBroken(): boolean {
    return this.#openReceivers === 0;
  }

  /** @returns `undefined` when the turn was in vain */
  take(end: object): QueuedEvent | undefined {
    if (this.#isLeaving) return undefined;
    const event = this.#lanes.take();
    if (event === undefined) this.endIfDone();
    else this.#inFlight.set(event.id, { event, end });
    return event;
  }

  acknowledge(event: QueuedEvent): void {
    if (!this.#inFlight.delete(event.id)) return;
    this.#inVain = 0;
    this.outbox.settlements.acknowledge(event.id);
    this.#lanes.finish(event);
    this.endIfDone();
    this.pace.settled();
  }

  refuse(event: QueuedEvent, { status, answer }: { readonly status: number; readonly answer: string }): void {
    if (!this.#inFlight.delete(event.id)) return;
    this.#inVain = 0;
    this.outbox.settlements.refuse({ id: event.id, status, answer });
    this.#lanes.finish(event);
    this.endIfDone();
    this.pace.settled();
  }

  retryAfter(event: QueuedEvent, ms: number): void {
    if (!this.#inFlight.delete(event.id)) return;
    this.#inVain++;
    this.#lanes.putOff(event, ms);
    this.endIfDone();
  }

  giveBack(event: QueuedEvent): void {
    if (!this.#inFlight.delete(event.id)) return;
    if (!this.#isOver) this.#lanes.giveBack(event);
  }

  openSender(): void {
    this.#openSenders++;
  }

  openReceiver(): void {
    this.#openReceivers++;
  }

  closeSender(): void {
    this.#openSenders--;
    this.outbox.room.wakeAll();
    this.endIfDone();
  }

  closeReceiver(end: object): void {
    this.#openReceivers--;
    if (this.#openReceivers === 0) this.close();
    for (const { event, end: taker } of [...this.#inFlight.values()]) if (taker === end) this.giveBack(event);
    this.outbox.room.wakeAll();
  }

  /** Gives no more events: those in flight come to their end, the others are kept for later. */
  leaveTheRest(): void {
    this.#isLeaving = this.#shutdown.isReload || this.outbox.isDurable;
    this.endIfDone();
  }

  /** Ends the channel when there is nothing to wait for. */
  endIfDone(): void {
    if (this.#isOver || this.#openSenders > 0 || this.outbox.isBusy) return;
    if (this.#lanes.isEmpty || this.#isLeaving || this.#isInVain()) this.close();
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#lanes.close();
    this.#newTurn.close();
  }

  statistics(): ChannelStatistics {
    const { isDurable, room } = this.outbox;
    return {
      capacity: isDurable ? Number.POSITIVE_INFINITY : room.capacity,
      bufferUsed: room.queued - this.#inFlight.size,
      peakBufferUsed: room.peakQueued,
      openSenders: this.#openSenders,
      openReceivers: this.#openReceivers,
      sendersWaiting: room.waiting,
      receiversWaiting: this.turns.statistics().receiversWaiting,
    };
  }

  /** The agent is to end, all that is left is on disk, and the server does not take it. */
  #isInVain(): boolean {
    if (!this.outbox.isDurable || !this.#shutdown.requested) return false;
    const { ready, inFlight } = this.#lanes.counts;
    return ready + inFlight === 0 || this.#inVain >= MANY_IN_VAIN;
  }
}
