/** Numbers from 0 up to 1 that look random, and are the same whenever the same is asked for. */
export type Dice = (...about: readonly (string | number)[]) => number;

/**
 * Without a state: what one part of a story asks for changes nothing for the others.
 * @see "FNV-1a" for the text, and the finalizer of MurmurHash3 to spread its bits
 */
export function createDice(seed: number): Dice {
  return (...about) => {
    let hash = 0x811c9dc5 ^ seed;
    for (const character of about.join("/")) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
  };
}
