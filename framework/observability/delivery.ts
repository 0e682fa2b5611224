import type { Operation } from "effection";
import { toError } from "../../toolkit/errors.ts";
import type { Logger } from "../../toolkit/logging/index.ts";
import type { EventType } from "../../toolkit/observability/index.ts";
import { type EventFate, type Health, type LoopReport, type Monitor, ThrottledLog } from "../core/index.ts";
import type { EventReceiver, QueuedEvent } from "../delivery/index.ts";
import { type HttpClient, retryDelayMs } from "../http/index.ts";
import { type Answer, describe, isForbidden, refusedKey, toFailure, whyRetry } from "./answer.ts";
import { type Fate, fateOf } from "./fate.ts";
import { ForbiddenEvents } from "./forbidden-events.ts";
import { KeyGate } from "./key-gate.ts";

const SHORTEST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** While other events are taken, the server is not down, and an event that was unlucky need not wait as if it were. */
const LONGEST_RETRY_WHILE_UP_MS = 5_000;

/** Written out: with a text that is put together for each event, the look-up of its address costs a third of a µs more. */
const PATHS: Readonly<Record<EventType, string>> = {
  "run-status": "events/v1/run-status",
  "message-log": "events/v1/message-log",
  "metric-log": "events/v1/metric-log",
  "dataset-operation": "events/v1/dataset-operation",
  "test-outcomes": "events/v1/test-outcomes",
};

/** Frozen, so that the HTTP client need not look into it each time. */
const JSON_CONTENT = Object.freeze({ "content-type": "application/json" });

/** How many events met which end, since the start. */
export interface DeliveryCounts {
  delivered: number;
  refused: number;
  retries: number;
}

export interface DeliveryOptions {
  readonly http: HttpClient;
  /** Where the events come from, and where their fate is told. */
  readonly inbound: EventReceiver;
  readonly log: Logger;
  readonly health: Health;
  readonly monitor: Monitor | undefined;
  readonly report: LoopReport | undefined;
  readonly onUnauthorized: "hold" | "exit";
  /** Is called after each event that was delivered. */
  readonly delivered: () => void;
}

/** Posts events, and tells what became of them. One that was answered with a success is never sent again. */
export class Delivery {
  readonly counts: DeliveryCounts = { delivered: 0, refused: 0, retries: 0 };
  readonly #options: DeliveryOptions;
  readonly #failures: ThrottledLog;
  readonly #key: KeyGate;
  readonly #forbidden = new ForbiddenEvents();
  #deliveredAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#failures = new ThrottledLog(options.log);
    this.#key = new KeyGate(options.log, options.health);
  }

  /**
   * Sends an event once, and settles it; one that is halted gives it back. While the service account key is refused, it
   * waits for its turn first.
   * @throws {UnrecoverableError} `E_UNAUTHORIZED` when the key is refused and the agent is to exit then
   */
  *deliver(event: QueuedEvent): Operation<void> {
    try {
      const answer = yield* this.#key.isShut ? this.#key.run(() => this.#post(event)) : this.#post(event);
      if (answer === undefined) this.#options.inbound.retryAfter(event, LONGEST_RETRY_MS);
      else this.#settle(event, answer);
    } finally {
      this.#options.inbound.giveBack(event); // unless it is settled
    }
  }

  /** The run is to end, and the events are on disk: none of them waits for the key any more. */
  leaveToNextRun(): void {
    this.#key.giveUp();
  }

  #settle(event: QueuedEvent, answer: Answer): void {
    const fate = this.#fateOf(event, answer);
    if (fate === "delivered" || fate === "refused") {
      this.#key.accepted();
      this.#forbidden.accepted(event);
    }
    this.#note(event, fate === "unauthorized" ? "held" : fate, answer);
    if (fate === "delivered") this.#acknowledge(event);
    else if (fate === "refused") this.#refuse(event, answer);
    else if (fate === "unauthorized") this.#hold(event, answer);
    else this.#retry(event, answer);
  }

  #fateOf(event: QueuedEvent, answer: Answer): Fate {
    if (answer instanceof Error) return "retry";
    return isForbidden(answer) && this.#forbidden.forbidden(event) ? "retry" : fateOf(answer.status);
  }

  /** Whatever goes wrong on the way, the event is not to blame: an error is an answer like 503. */
  *#post({ type, body }: QueuedEvent): Operation<Answer> {
    try {
      return yield* this.#options.http.request({
        method: "POST",
        path: PATHS[type],
        headers: JSON_CONTENT,
        body,
        statusSuffices: true,
      });
    } catch (error) {
      return toError(error);
    }
  }

  #note({ type, lane }: QueuedEvent, fate: EventFate, answer: Answer): void {
    const status = answer instanceof Error ? undefined : answer.status;
    this.#options.monitor?.trail.note(type, lane, fate, status);
  }

  #acknowledge(event: QueuedEvent): void {
    this.counts.delivered++;
    this.#deliveredAtMs = performance.now();
    this.#options.inbound.acknowledge(event);
    this.#options.report?.succeeded();
    this.#options.delivered();
  }

  #refuse(event: QueuedEvent, response: Answer): void {
    this.counts.refused++;
    const { status = 0, answer = "" } = describe(response);
    const fields = { eventType: event.type, event: JSON.parse(event.body), status, answer };
    this.#options.log.error(fields, "Observability refused an event for good; it is kept as a dead letter.");
    this.#options.inbound.refuse(event, { status, answer });
    this.#options.report?.succeeded(); // the way is free
  }

  #hold(event: QueuedEvent, answer: Answer): void {
    const { status } = describe(answer);
    if (this.#options.onUnauthorized === "exit") throw refusedKey(status);
    this.#key.refused(status);
    this.#options.inbound.giveBack(event);
  }

  #retry(event: QueuedEvent, answer: Answer): void {
    this.counts.retries++;
    const askedMs = answer instanceof Error ? 0 : (retryDelayMs(answer.status, answer.headers, Date.now()) ?? 0);
    const waitMs = Math.min(Math.max(askedMs, this.#backoffMs(event.attempts, answer)), LONGEST_RETRY_MS);
    const which = isForbidden(answer) ? { event: JSON.parse(event.body) } : {};
    const fields = { eventType: event.type, waitMs: Math.round(waitMs), ...which, ...describe(answer) };
    this.#failures.warn(String(fields.status ?? fields.err), fields, whyRetry(answer));
    this.#options.report?.failed(toFailure(answer));
    this.#options.inbound.retryAfter(event, waitMs);
  }

  /** Exponential, full jitter. */
  #backoffMs(attempts: number, answer: Answer): number {
    const isUp = performance.now() - this.#deliveredAtMs < LONGEST_RETRY_WHILE_UP_MS;
    const isUnlucky = isUp && !isForbidden(answer);
    const longestMs = isUnlucky ? LONGEST_RETRY_WHILE_UP_MS : LONGEST_RETRY_MS;
    return Math.random() * Math.min(SHORTEST_RETRY_MS * 2 ** attempts, longestMs);
  }
}
