/** Takes at most this share of the time: 0.2 %. */
const REST_FACTOR = 500;

/** `read`, but called so seldom that it never takes much of the time; in between, what it returned last. */
export function sparing<T>(read: () => T): () => T {
  let last: { readonly value: T; readonly untilMs: number } | undefined;
  return () => {
    const startedAtMs = performance.now();
    if (last !== undefined && startedAtMs < last.untilMs) return last.value;
    const value = read();
    const endedAtMs = performance.now();
    last = { value, untilMs: endedAtMs + REST_FACTOR * (endedAtMs - startedAtMs) };
    return value;
  };
}
