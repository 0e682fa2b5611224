import { type Operation, sleep } from "effection";
import { useLogger } from "../../../toolkit/index.ts";
import type { Settled } from "../../core/index.ts";
import type { HttpResponse } from "../response.ts";
import { paceDelayMs } from "./retry-delay.ts";
import { RetryPlan } from "./retry-plan.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/** Sends requests again as a policy says. One for each client, since what it learns of rate limits holds for all. */
export class RetryEngine {
  readonly #maxWaitMs: number;
  /** On the clock of `performance.now()`. */
  #notBeforeMs = 0;

  /** @param maxWaitMs the longest wait a server can ask for */
  constructor(maxWaitMs: number) {
    this.#maxWaitMs = maxWaitMs;
  }

  /**
   * @param request opens nothing that outlasts it; called for each attempt
   * @returns the last reply, whatever its status
   * @throws the last transport error
   */
  *send(request: () => Operation<HttpResponse>, policy: RetryPolicy): Operation<HttpResponse> {
    const plan = new RetryPlan(policy, this.#maxWaitMs);
    while (true) {
      yield* this.#untilAllowed();
      const outcome = yield* attempt(request);
      if (outcome.ok && outcome.value.ok) return this.#noteAllowance(outcome.value);
      const delayMs = plan.delayMs(outcome);
      if (delayMs === undefined) return resultOf(outcome);
      const log = yield* useLogger();
      log.debug({ delayMs: Math.round(delayMs), ...reasonOf(outcome) }, "A request failed; it is sent again.");
      yield* sleep(delayMs);
    }
  }

  *#untilAllowed(): Operation<void> {
    // A loop: a reply to another request may have moved the moment meanwhile.
    for (let waitMs = this.#waitMs(); waitMs > 0; waitMs = this.#waitMs()) yield* sleep(waitMs);
  }

  #waitMs(): number {
    return this.#notBeforeMs - performance.now();
  }

  #noteAllowance(response: HttpResponse): HttpResponse {
    const paceMs = paceDelayMs(response.headers, Date.now(), this.#maxWaitMs);
    if (paceMs > 0) this.#notBeforeMs = Math.max(this.#notBeforeMs, performance.now() + paceMs);
    return response;
  }
}

/** `settle` without its child task: a request spawns nothing that could fail. */
function* attempt(request: () => Operation<HttpResponse>): Operation<Settled<HttpResponse>> {
  try {
    return { ok: true, value: yield* request() };
  } catch (error) {
    return { ok: false, error };
  }
}

function resultOf(outcome: Settled<HttpResponse>): HttpResponse {
  if (outcome.ok) return outcome.value;
  throw outcome.error;
}

function reasonOf(outcome: Settled<HttpResponse>): { readonly err?: unknown; readonly status?: number } {
  return outcome.ok ? { status: outcome.value.status } : { err: outcome.error };
}
