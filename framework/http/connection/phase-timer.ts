import type { TimeoutKind } from "../errors.ts";
import { Timer, toTimeoutMs } from "../timer.ts";

/** In seconds; 0 is no limit. */
export interface PhaseLimits {
  readonly poolTimeout: number;
  readonly writeTimeout: number;
  readonly readTimeout: number;
}

export interface PhaseWatcher {
  /** Bytes handed over that the operating system has not taken yet. */
  readonly unsentBytes: number;
  timedOut(kind: TimeoutKind, seconds: number): void;
}

/** The time limits of one request, of which one is running at a time. */
export class PhaseTimer {
  readonly #limits: PhaseLimits;
  readonly #watcher: PhaseWatcher;
  readonly #timer = new Timer();
  #kind: TimeoutKind | undefined;
  #handedOverAtMs: number | undefined;

  constructor(limits: PhaseLimits, watcher: PhaseWatcher) {
    this.#limits = limits;
    this.#watcher = watcher;
  }

  waitForConnection(): void {
    this.#start("pool", this.#limits.poolTimeout);
  }

  /** Also called when some of the body has gone: it is the standstill that is limited. */
  write(): void {
    if (this.#kind === "write") this.#timer.restart();
    else this.#start("write", this.#limits.writeTimeout);
  }

  /** All is handed over, and nearly always sent. */
  handedOver(): void {
    if (this.#watcher.unsentBytes === 0 || this.#limits.writeTimeout === 0) {
      this.read();
    } else {
      this.#handedOverAtMs = performance.now();
      this.write();
    }
  }

  /** Also called when some of the reply has come. */
  read(): void {
    if (this.#kind === "read") this.#timer.restart();
    else this.#start("read", this.#limits.readTimeout);
  }

  stop(): void {
    this.#kind = undefined;
    this.#timer.stop();
  }

  #start(kind: "pool" | "write" | "read", seconds: number, delayMs = toTimeoutMs(seconds)): void {
    this.#kind = kind;
    this.#timer.start(delayMs, () => {
      const sentAtMs = kind === "write" && this.#watcher.unsentBytes === 0 ? this.#handedOverAtMs : undefined;
      if (sentAtMs === undefined) this.#watcher.timedOut(kind, seconds);
      else this.#readSince(sentAtMs);
    });
  }

  /** The last bytes had to wait, and have gone since; the time for the reply has been running. */
  #readSince(startedMs: number): void {
    const { readTimeout } = this.#limits;
    const totalMs = toTimeoutMs(readTimeout);
    const leftMs = totalMs === undefined ? undefined : Math.max(0, totalMs - (performance.now() - startedMs));
    this.#start("read", readTimeout, leftMs);
  }
}
