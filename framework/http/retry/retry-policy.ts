import { RETRYABLE_STATUSES } from "../errors.ts";

/** When a request that failed is sent again. Transport errors are retried as well as the statuses. */
export interface RetryPolicy {
  /** Requests in all: 1 means never again. */
  readonly attempts: number;
  /** Back-off before retry n is anywhere between 0 and initialMs·2ⁿ⁻¹, at most maxMs; what the server asks for goes first. */
  readonly initialMs: number;
  readonly maxMs: number;
  readonly statuses: ReadonlySet<number>;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 4, initialMs: 500, maxMs: 10_000, statuses: RETRYABLE_STATUSES };
export const NO_RETRY: RetryPolicy = { ...DEFAULT_RETRY, attempts: 1 };

const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/** What is asked for; else the default where sending twice does no harm, and no retry where it might. */
export function retryPolicyFor(method: string, asked: Partial<RetryPolicy> | undefined): RetryPolicy {
  if (asked !== undefined) return { ...DEFAULT_RETRY, ...asked };
  return IDEMPOTENT_METHODS.has(method) ? DEFAULT_RETRY : NO_RETRY;
}
