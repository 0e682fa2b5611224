import type { Operation } from "effection";
import { toError, UnrecoverableError } from "../../toolkit/errors.ts";
import type { Logger } from "../../toolkit/logging/index.ts";
import type { ObservabilityEvent } from "../../toolkit/observability/index.ts";
import { type Backoff, backoff, ThrottledLog } from "../core/index.ts";
import { type HttpClient, type HttpResponse, retryDelayMs } from "../http/index.ts";
import { type Fate, fateOf } from "./fate.ts";
import { KeyGate } from "./key-gate.ts";

const SHORTEST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** While other events are taken, the server is not down, and an event that was unlucky need not wait as if it were. */
const LONGEST_RETRY_WHILE_UP_MS = 5_000;

/** How many events met which end, since the start. */
export interface DeliveryCounts {
  delivered: number;
  refused: number;
  retries: number;
}

/** What came of one request: an answer, or the error that stands for none. */
type Answer = HttpResponse | Error;

/**
 * Posts events. One that the server could not take now is to be tried again, for ever; one that was answered with a
 * success is never sent again.
 */
export class Delivery {
  readonly counts: DeliveryCounts = { delivered: 0, refused: 0, retries: 0 };
  readonly #http: HttpClient;
  readonly #log: Logger;
  readonly #failures: ThrottledLog;
  readonly #key: KeyGate;
  readonly #exitOnUnauthorized: boolean;
  readonly #backoffs = new WeakMap<ObservabilityEvent, Backoff>();
  #deliveredAtMs = Number.NEGATIVE_INFINITY;

  constructor(http: HttpClient, log: Logger, { onUnauthorized }: { readonly onUnauthorized: "hold" | "exit" }) {
    this.#http = http;
    this.#log = log;
    this.#failures = new ThrottledLog(log);
    this.#key = new KeyGate(log);
    this.#exitOnUnauthorized = onUnauthorized === "exit";
  }

  /**
   * Sends an event once. While the service account key is refused, it waits for its turn first.
   * @returns after how many ms it is to be sent again; `undefined` when it was taken, or refused for good
   * @throws {UnrecoverableError} `E_UNAUTHORIZED` when the key is refused and the agent is to exit then
   */
  *attempt(event: ObservabilityEvent): Operation<number | undefined> {
    const answer = yield* this.#key.run(() => this.#post(event));
    const fate: Fate = answer instanceof Error ? "retry" : fateOf(answer.status);
    if (fate === "delivered" || fate === "refused") this.#key.accepted();
    switch (fate) {
      case "delivered":
        this.counts.delivered++;
        this.#deliveredAtMs = performance.now();
        return undefined;
      case "refused":
        this.#noteRefusal(event, answer);
        return undefined;
      case "unauthorized":
        this.#noteUnauthorized(answer);
        return 0;
      case "retry":
        return this.#noteRetry(event, answer);
    }
  }

  /** Whatever goes wrong on the way, the event is not to blame: an error is an answer like 503. */
  *#post({ type, body }: ObservabilityEvent): Operation<Answer> {
    try {
      return yield* this.#http.request({ method: "POST", path: `events/v1/${type}`, json: body });
    } catch (error) {
      return toError(error);
    }
  }

  #noteRefusal({ type, body }: ObservabilityEvent, answer: Answer): void {
    this.counts.refused++;
    const fields = { eventType: type, event: body, ...describe(answer) };
    this.#log.error(fields, "Observability refused an event for good; it is dropped.");
  }

  #noteUnauthorized(answer: Answer): void {
    const { status } = describe(answer);
    if (this.#exitOnUnauthorized) throw refusedKey(status);
    this.#key.refused(status);
  }

  #noteRetry(event: ObservabilityEvent, answer: Answer): number {
    this.counts.retries++;
    const askedMs = answer instanceof Error ? 0 : (retryDelayMs(answer.status, answer.headers, Date.now()) ?? 0);
    const waitMs = Math.min(Math.max(askedMs, this.#backoffMs(event)), LONGEST_RETRY_MS);
    const fields = { eventType: event.type, waitMs: Math.round(waitMs), ...describe(answer) };
    this.#failures.warn(String(fields.status ?? fields.err), fields, "An event was not delivered; it is sent again.");
    return waitMs;
  }

  #backoffMs(event: ObservabilityEvent): number {
    const retry = this.#backoffs.get(event) ?? backoff({ initialMs: SHORTEST_RETRY_MS, maxMs: LONGEST_RETRY_MS });
    this.#backoffs.set(event, retry);
    const waitMs = retry.nextMs();
    const isUp = performance.now() - this.#deliveredAtMs < LONGEST_RETRY_WHILE_UP_MS;
    return isUp && waitMs > LONGEST_RETRY_WHILE_UP_MS ? Math.random() * LONGEST_RETRY_WHILE_UP_MS : waitMs;
  }
}

export function refusedKey(status: number | undefined): UnrecoverableError {
  const message =
    `Observability refused the service account key (status ${status}). Set observability_service_account_key to a key ` +
    "of the project that has not expired and allows both the Events API and the Agent API.";
  return new UnrecoverableError("E_UNAUTHORIZED", message);
}

function describe(answer: Answer): { readonly status?: number; readonly answer?: string; readonly err?: Error } {
  return answer instanceof Error ? { err: answer } : { status: answer.status, answer: answer.text().slice(0, 500) };
}
