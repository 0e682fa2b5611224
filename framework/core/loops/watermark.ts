import { ensure, type Operation } from "effection";
import { AgentError } from "../../../toolkit/errors.ts";
import { UnitsOfWorkContext, type Watermarks } from "../unit-of-work.ts";

/** The task's name is the watermark's key: each task needs a name of its own, and one that is renamed starts anew. */
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

/**
 * The watermark of the task with this name, for as long as the caller's scope.
 * @throws {AgentError} `E_WATERMARK_OPEN` while another loop has it: one would move on the other's windows
 */
export function* useWatermark(name: string, options: WatermarkOptions): Operation<Watermark> {
  const watermarks = (yield* UnitsOfWorkContext.get())?.watermarks;
  if (watermarks !== undefined) yield* claim(name, watermarks.openNames);
  return new Watermark(name, options, watermarks);
}

function* claim(name: string, openNames: Set<string>): Operation<void> {
  if (openNames.has(name)) {
    const message = `The watermark of "${name}" is in use by another loop: it is kept by the task's name. Give each task a name of its own.`;
    throw new AgentError("E_WATERMARK_OPEN", message);
  }
  openNames.add(name);
  yield* ensure(() => {
    openNames.delete(name);
  });
}
