import { realTime } from "./real-time.ts";

/**
 * A callback that carries this symbol makes a background timer: it fires in its turn while time moves for another
 * reason, but time never moves because of it alone. For periodic work that goes on as long as there is a process.
 */
export const backgroundTimer: unique symbol = Symbol.for("observability-agents.background-timer");

export type TimerCallback = ((...args: unknown[]) => void) & { readonly [backgroundTimer]?: boolean };

export interface TimerSettings {
  readonly callback: TimerCallback;
  readonly args: readonly unknown[];
  readonly delayMs: number;
  readonly repeats: boolean;
  /** Made where the timer was, for reports. */
  readonly origin: Error;
}

/** What a timer asks of its queue. */
export interface Schedule {
  readonly isClosed: boolean;
  schedule(timer: VirtualTimer, delayMs: number): void;
  remove(timer: VirtualTimer): void;
  /** Lets `change` alter whether the timer is in the background. */
  reclassify(timer: VirtualTimer, change: () => void): void;
}

/** What `setTimeout` and `setInterval` return under virtual time: the part of Node's `Timeout` that programs use. */
export class VirtualTimer {
  readonly settings: TimerSettings;
  /** Where it stands in the queue; `undefined` once it has fired or was cleared. */
  deadlineMs: number | undefined;
  readonly #queue: Schedule;
  #referenced = true;
  #realTimer: NodeJS.Timeout | undefined;

  constructor(queue: Schedule, settings: TimerSettings) {
    this.#queue = queue;
    this.settings = settings;
  }

  /** Node's own word for a timer that keeps nothing alive, `unref()`, makes a background timer too. */
  get isBackground(): boolean {
    return !this.#referenced || this.settings.callback[backgroundTimer] === true;
  }

  ref(): this {
    return this.#reference(true);
  }

  unref(): this {
    return this.#reference(false);
  }

  hasRef(): boolean {
    return this.#referenced;
  }

  refresh(): this {
    if (this.#queue.isClosed) this.continueInRealTime(this.settings.delayMs);
    else this.#queue.schedule(this, this.settings.delayMs);
    return this;
  }

  close(): this {
    this.#queue.remove(this);
    realTime.clearTimeout(this.#realTimer);
    return this;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  fire(): void {
    this.settings.callback(...this.settings.args);
  }

  /** For a library that keeps one timer for as long as the process lives: it outlives the clock of the test. */
  continueInRealTime(delayMs: number): void {
    realTime.clearTimeout(this.#realTimer);
    this.#realTimer = realTime.setTimeout(() => this.fire(), delayMs);
    if (!this.#referenced) this.#realTimer.unref();
  }

  #reference(referenced: boolean): this {
    this.#queue.reclassify(this, () => {
      this.#referenced = referenced;
    });
    return this;
  }
}
