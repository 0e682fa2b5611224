import type { Operation } from "effection";
import { Monitor, MonitorContext, Shutdown, ShutdownContext } from "../../../../framework/core/index.ts";
import {
  type DeadLetterView,
  type DeliverySnapshot,
  type DeliveryView,
  type LaneDepth,
  type ServiceOptions,
  useService,
} from "../../../../framework/service/index.ts";
import { Redactor, RedactorContext } from "../../../../toolkit/index.ts";

/** Books in which nothing has happened, whatever is in `given` aside. */
export function booksOf(given: Partial<DeliverySnapshot> = {}): DeliverySnapshot {
  return {
    emitted: 0,
    acknowledged: 0,
    queued: 0,
    inFlight: 0,
    deadLettered: 0,
    deduplicated: 0,
    damaged: 0,
    oldestQueuedAt: undefined,
    isDurable: true,
    usedBytes: 0,
    maxBytes: 512 * 1024 * 1024,
    ...given,
  };
}

export function letterOf(id: number, given: Partial<DeadLetterView> = {}): DeadLetterView {
  return {
    id,
    type: "run-status",
    lane: `run ${id}`,
    body: `{"run_key":"run ${id}"}`,
    status: 422,
    answer: "There must be a valid component key.",
    queuedAt: Date.now(),
    refusedAt: Date.now(),
    ...given,
  };
}

/** A queue that says what it is told to say. */
export class FakeDelivery implements DeliveryView {
  books: DeliverySnapshot = booksOf();
  waiting: readonly LaneDepth[] = [];
  letters: readonly DeadLetterView[] = [];
  readonly replayed: (readonly number[] | "all")[] = [];

  statistics(): DeliverySnapshot {
    return this.books;
  }

  lanes(limit: number): readonly LaneDepth[] {
    return this.waiting.slice(0, limit);
  }

  deadLetters({ limit }: { readonly limit: number }): readonly DeadLetterView[] {
    return this.letters.slice(0, limit);
  }

  async replay(ids: readonly number[] | "all"): Promise<number> {
    this.replayed.push(ids);
    const gone = this.letters.filter(({ id }) => ids === "all" || ids.includes(id));
    this.letters = this.letters.filter((letter) => !gone.includes(letter));
    return gone.length;
  }
}

export interface Served {
  /** Ends in `/`. */
  readonly url: string;
  readonly monitor: Monitor;
  readonly shutdown: Shutdown;
  readonly redactor: Redactor;
  readonly delivery: FakeDelivery;
}

/** The service on a free port of this machine, for as long as the caller's scope. */
export function* serve(options: Partial<ServiceOptions> = {}): Operation<Served> {
  const monitor = yield* MonitorContext.set(new Monitor());
  const shutdown = yield* ShutdownContext.set(new Shutdown());
  const redactor = yield* RedactorContext.set(new Redactor());
  const delivery = new FakeDelivery();
  const url = yield* useService({
    address: { host: "127.0.0.1", port: 0 },
    agent: { type: "acme", key: "warehouse-agent", version: "3.0.0" },
    settings: () => [],
    replayEnabled: false,
    delivery,
    ...options,
  });
  return { url, monitor, shutdown, redactor, delivery };
}
