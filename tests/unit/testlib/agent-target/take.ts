/** The first `count` items of a generator that has no end. */
export function take<T>(source: Generator<T, never>, count: number): T[] {
  return Array.from({ length: count }, () => source.next().value);
}
