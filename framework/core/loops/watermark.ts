import type { Operation } from "effection";
import { UnitsOfWorkContext, type Watermarks } from "../unit-of-work.ts";

export interface WatermarkOptions {
  /** How far the first window of all reaches back, ms. */
  readonly lookbackMs: number;
}

/** The end of a task's last successful window, which outlives the process. */
export class Watermark {
  readonly #name: string;
  readonly #lookbackMs: number;
  readonly #watermarks: Watermarks | undefined;

  constructor(name: string, { lookbackMs }: WatermarkOptions, watermarks: Watermarks | undefined) {
    this.#name = name;
    this.#lookbackMs = lookbackMs;
    this.#watermarks = watermarks;
  }

  /** Where the windows go on; epoch ms. One that lies ahead comes from a clock that was wrong, and says nothing. */
  startMs(nowMs: number): number {
    const savedMs = this.#watermarks?.get(this.#name);
    return savedMs === undefined || savedMs > nowMs ? nowMs - this.#lookbackMs : savedMs;
  }

  *set(epochMs: number): Operation<void> {
    if (this.#watermarks !== undefined) yield* this.#watermarks.set(this.#name, epochMs);
  }
}

export function* useWatermark(name: string, options: WatermarkOptions): Operation<Watermark> {
  return new Watermark(name, options, (yield* UnitsOfWorkContext.get())?.watermarks);
}
