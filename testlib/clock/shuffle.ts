/** Puts items in an order that depends on the seed and on what was asked before, and on nothing else. */
export function seededShuffle(seed: number): <T>(items: readonly T[]) => T[] {
  const random = mulberry32(seed);
  return (items) =>
    items
      .map((item) => ({ item, rank: random() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
}

/** The generator of that name: small, and good enough to mix a few timers. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
