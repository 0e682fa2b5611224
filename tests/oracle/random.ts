/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** `min` <= result < `max`. */
  between(min: number, max: number): number;
  /** A whole number, `min` <= result <= `max`. */
  whole(min: number, max: number): number;
  /** True with this probability, 0 to 1. */
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** xorshift32; `stream` tells the generators of one seed apart. */
export function randomFrom(seed: number, stream: string): Random {
  let state = hash(`${stream}:${seed}`) || 1; // 0 would stay 0
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const whole = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    between: (min, max) => min + next() * (max - min),
    whole,
    chance: (probability) => next() < probability,
    pick: (items) => items[whole(0, items.length - 1)] ?? items[0],
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value;
}
