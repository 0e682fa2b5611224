import type { Logger } from "../../toolkit/logging/index.ts";

/** A pause is how a slow backend reaches a fast source. From this length on it is no passing burst. */
const LONG_MS = 10_000;

/** Tells the log of a socket that stays paused, once for each pause, and of the end of it. */
export class LongPause {
  readonly #log: Logger;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #beganAtMs = 0;
  #wasTold = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  began(): void {
    this.#beganAtMs = performance.now();
    this.#timer ??= setTimeout(() => this.#tell(), LONG_MS);
  }

  ended(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#wasTold) return;
    this.#wasTold = false;
    const seconds = Math.round((performance.now() - this.#beganAtMs) / 1000);
    this.#log.info({ seconds }, "The WebSocket is read again.");
  }

  #tell(): void {
    this.#wasTold = true;
    const seconds = LONG_MS / 1000;
    this.#log.warn({ seconds }, "Events are delivered more slowly than messages come; the WebSocket is paused.");
  }
}
