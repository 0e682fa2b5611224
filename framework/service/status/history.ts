/** Samples kept: 15 minutes of one every 5 s. */
const LENGTH = 180;

export const SAMPLE_PERIOD_MS = 5_000;

export interface Sample {
  /** Events delivered since the sample before, per second. */
  readonly perSecond: number;
  /** Age of the oldest event that is not settled, s. */
  readonly oldestSeconds: number;
  /** Events waiting or in flight. */
  readonly backlog: number;
}

/** What the page's curves show, the newest last. Of fixed size. */
export class History {
  readonly #samples: Sample[] = [];
  #last: { readonly atMs: number; readonly acknowledged: number } | undefined;

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  add(now: {
    readonly atMs: number;
    readonly acknowledged: number;
    readonly backlog: number;
    readonly oldestMs: number;
  }): void {
    const last = this.#last;
    this.#last = now;
    if (last === undefined || now.atMs <= last.atMs) return;
    const perSecond = ((now.acknowledged - last.acknowledged) * 1000) / (now.atMs - last.atMs);
    this.#samples.push({
      perSecond: Math.round(perSecond * 10) / 10,
      oldestSeconds: Math.round(now.oldestMs / 1000),
      backlog: now.backlog,
    });
    if (this.#samples.length > LENGTH) this.#samples.shift();
  }
}
