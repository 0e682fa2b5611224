import { expect, test } from "vitest";
import { Deadlines } from "../../../../testlib/clock/deadlines.ts";
import { seededShuffle } from "../../../../testlib/clock/shuffle.ts";

test("gives the smallest that is still wanted, and forgets the smaller ones", () => {
  const shuffle = seededShuffle(1);
  for (let size = 0; size < 40; size++) {
    const numbers = Array.from({ length: size }, (_, i) => Math.floor(i / 2));
    const deadlines = new Deadlines();
    for (const number of shuffle(numbers)) deadlines.add(number);
    for (let least = 0; least < size / 2; least++) {
      expect(deadlines.first((number) => number >= least)).toBe(least);
      expect(deadlines.first(() => true)).toBe(least);
    }
    expect(deadlines.first(() => false)).toBeUndefined();
    expect(deadlines.first(() => true)).toBeUndefined();
  }
});
