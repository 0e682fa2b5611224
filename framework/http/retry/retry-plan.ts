import { isRetryable } from "../../../toolkit/index.ts";
import { type Backoff, backoff, type Settled } from "../../core/index.ts";
import type { HttpResponse } from "../response.ts";
import { retryDelayMs } from "./retry-delay.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/** Some tools answer 401 with this text while they are busy. Waits before each resend, in ms; no attempt is used up. */
const BUSY_401_TEXT = "please try again in a bit";
const BUSY_401_WAITS_MS = [250, 500, 1000];

/** What becomes of one request: whether it is sent again after this outcome, and when. */
export class RetryPlan {
  readonly #policy: RetryPolicy;
  readonly #maxWaitMs: number;
  readonly #pause: Backoff;
  #attempts = 0;
  #busyReplies = 0;

  /** @param maxWaitMs the longest wait a server can ask for */
  constructor(policy: RetryPolicy, maxWaitMs: number) {
    this.#policy = policy;
    this.#maxWaitMs = maxWaitMs;
    this.#pause = backoff(policy);
  }

  /** @returns ms to wait before the request is sent again; `undefined` when it is not */
  delayMs(outcome: Settled<HttpResponse>): number | undefined {
    const busyMs = outcome.ok && isBusy401(outcome.value) ? BUSY_401_WAITS_MS[this.#busyReplies++] : undefined;
    if (busyMs !== undefined) return busyMs;
    this.#attempts += 1;
    if (this.#attempts >= this.#policy.attempts) return undefined;
    const pauseMs = this.#pause.nextMs();
    if (!outcome.ok) return isRetryable(outcome.error) ? pauseMs : undefined;
    return this.#delayAfterReplyMs(outcome.value, pauseMs);
  }

  #delayAfterReplyMs({ status, headers }: HttpResponse, pauseMs: number): number | undefined {
    const askedMs = retryDelayMs(status, headers, Date.now(), this.#maxWaitMs);
    const isUsedUp403 = status === 403 && askedMs !== undefined;
    if (!isUsedUp403 && !this.#policy.statuses.has(status)) return undefined;
    // A moment that has passed is a clock that differs from ours: not a reason to send at once, again and again.
    return askedMs === undefined || askedMs === 0 ? pauseMs : askedMs;
  }
}

function isBusy401(response: HttpResponse): boolean {
  return response.status === 401 && response.text().includes(BUSY_401_TEXT);
}
