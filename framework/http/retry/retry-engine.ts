import { type Operation, sleep } from "effection";
import { isRetryable, useLogger } from "../../../toolkit/index.ts";
import { type Backoff, backoff } from "../../core/index.ts";
import type { HttpResponse } from "../response.ts";
import { paceDelayMs, retryDelayMs } from "./retry-delay.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/** Some tools answer 401 with this text when they are busy. Waits before each resend, in ms. */
const BUSY_401_WAITS_MS = [250, 500, 1000];
const BUSY_401_TEXT = "please try again in a bit";

type Outcome = { readonly response: HttpResponse } | { readonly error: unknown };

/** Sends requests again as a policy says. One for each client, since what it learns of rate limits holds for all. */
export class RetryEngine {
  readonly #maxWaitMs: number;
  #notBeforeMs = 0;

  /** @param maxWaitMs the longest wait a server can ask for */
  constructor(maxWaitMs: number) {
    this.#maxWaitMs = maxWaitMs;
  }

  /**
   * @returns the last reply, whatever its status
   * @throws the last transport error
   */
  *send(request: () => Operation<HttpResponse>, policy: RetryPolicy): Operation<HttpResponse> {
    const pause = backoff({ initialMs: policy.initialMs, maxMs: policy.maxMs });
    for (let attempt = 1; ; attempt += 1) {
      yield* this.#paced();
      const outcome = yield* attempted(() => this.#sendPastBusy(request));
      const delayMs = attempt < policy.attempts ? this.#delayMs(outcome, policy, pause) : undefined;
      if (delayMs === undefined) return this.#finished(outcome);
      const log = yield* useLogger();
      log.debug({ attempt, delayMs, ...reasonOf(outcome) }, "Request failed; sending it again after a pause.");
      yield* sleep(delayMs);
    }
  }

  *#paced(): Operation<void> {
    const waitMs = this.#notBeforeMs - performance.now();
    if (waitMs > 0) yield* sleep(waitMs);
  }

  *#sendPastBusy(request: () => Operation<HttpResponse>): Operation<HttpResponse> {
    let response = yield* request();
    for (const waitMs of BUSY_401_WAITS_MS) {
      if (response.status !== 401 || !response.text().includes(BUSY_401_TEXT)) break;
      yield* sleep(waitMs);
      response = yield* request();
    }
    return response;
  }

  #delayMs(outcome: Outcome, policy: RetryPolicy, pause: Backoff): number | undefined {
    if ("error" in outcome) return isRetryable(outcome.error) ? pause.nextMs() : undefined;
    const { status, headers } = outcome.response;
    const askedMs = retryDelayMs(status, headers, Date.now(), this.#maxWaitMs);
    if (!policy.statuses.has(status) && !(status === 403 && askedMs !== undefined)) return undefined;
    return askedMs ?? pause.nextMs();
  }

  #finished(outcome: Outcome): HttpResponse {
    if ("error" in outcome) throw outcome.error;
    const { response } = outcome;
    if (response.ok) {
      const paceMs = paceDelayMs(response.headers, Date.now(), this.#maxWaitMs);
      this.#notBeforeMs = Math.max(this.#notBeforeMs, performance.now() + paceMs);
    }
    return response;
  }
}

function* attempted(request: () => Operation<HttpResponse>): Operation<Outcome> {
  try {
    return { response: yield* request() };
  } catch (error) {
    return { error };
  }
}

function reasonOf(outcome: Outcome): { readonly err?: unknown; readonly status?: number } {
  return "error" in outcome ? { err: outcome.error } : { status: outcome.response.status };
}
