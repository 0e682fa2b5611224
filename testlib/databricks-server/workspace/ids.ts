/** A 64-bit id. Give it as bigint beyond 2^53. */
export type Id = number | bigint;

/** A double keeps 53 bits: from 2^62 on, 1,024 ids in a row are one number to whoever reads them as doubles. */
const firsts = {
  job: 5_000_000_000_000_000_001n,
  run: 6_000_000_000_000_000_001n,
  taskRun: 7_000_000_000_000_000_001n,
  repair: 8_000_000_000_000_000_001n,
};

export type IdKind = keyof typeof firsts;

/** Ids as the API gives them, and none of them survives a double. */
export class Ids {
  readonly #next: Record<IdKind, bigint>;

  /** @param begunAt epoch ms; moves all ids on, so that those who outlive a server do not take its successor's for known */
  constructor(begunAt: number, offset = 0n) {
    const shift = BigInt(Math.max(0, begunAt)) * 100_000n + offset;
    this.#next = {
      job: firsts.job + shift,
      run: firsts.run + shift,
      taskRun: firsts.taskRun + shift,
      repair: firsts.repair + shift,
    };
  }

  next(kind: IdKind): bigint {
    return this.#next[kind]++;
  }
}
