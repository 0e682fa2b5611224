export interface Backoff {
  /** How long to wait before the next attempt, in ms. */
  nextMs(): number;
  /** It worked: the next failure starts from `initialMs` again. */
  reset(): void;
}

/**
 * Exponential back-off with full jitter: the n-th wait (from 0) is uniform in [0, min(maxMs, initialMs·2ⁿ)], so that
 * agents which failed together do not come back together.
 * @param random source of numbers in [0, 1), for tests
 */
export function backoff({
  initialMs,
  maxMs,
  random = Math.random,
}: {
  readonly initialMs: number;
  readonly maxMs: number;
  readonly random?: () => number;
}): Backoff {
  let ceilingMs = Math.min(initialMs, maxMs);
  return {
    nextMs() {
      const waitMs = random() * ceilingMs;
      ceilingMs = Math.min(ceilingMs * 2, maxMs);
      return waitMs;
    },
    reset() {
      ceilingMs = Math.min(initialMs, maxMs);
    },
  };
}
