import { realTime } from "./real-time.ts";
import { type Outlook, socketTraffic } from "./socket-traffic.ts";

/** Pauses of 1 ms, each a chance for the kernel, to wait for what sockets may still bring. Then it does not come. */
const PAUSES: Readonly<Record<Outlook, number>> = { nothing: 0, unknown: 3, "in flight": 50 };

export interface QuietSettings {
  /** Turns of the event loop without a sign of life. */
  readonly quietTurns: number;
  /** Real time without a sign of life, for what runs in other processes. */
  readonly thresholdMs: number;
}

/**
 * Tells when everything is blocked. Effection steps its tasks until none is ready, so between two turns of the event loop
 * there is only the outside: the kernel's events, requests under way, and what else `countChanges` counts.
 */
export class Quiet {
  readonly #settings: QuietSettings;
  readonly #countChanges: () => number;
  #changes = 0;
  #events = 0;
  #turns = 0;
  #pauses = 0;
  #sinceMs = 0;
  #trafficSeen = socketTraffic.count();

  constructor(settings: QuietSettings, countChanges: () => number) {
    this.#settings = settings;
    this.#countChanges = countChanges;
    this.restart();
  }

  restart(): void {
    this.#changes = this.#countChanges();
    this.#events = realTime.kernelEvents();
    this.#turns = 0;
    this.#pauses = 0;
    if (this.#settings.thresholdMs > 0) this.#sinceMs = realTime.nowMs();
  }

  /** Waits one turn of the event loop. True when it was quiet for long enough, this turn included. */
  async afterTurn(): Promise<boolean> {
    await realTime.turn();
    if (this.#changes !== this.#countChanges() || this.#events !== realTime.kernelEvents()) {
      this.restart();
      return false;
    }
    this.#turns++;
    if (this.#turns < this.#settings.quietTurns) return false;
    if (realTime.hasPendingRequests()) {
      this.restart();
      return false;
    }
    return this.#hadPatience();
  }

  /** True when the sockets have brought what they had to bring, and the threshold is over. */
  async #hadPatience(): Promise<boolean> {
    const { thresholdMs } = this.#settings;
    const traffic = socketTraffic.count();
    const pauses = traffic === this.#trafficSeen ? 0 : PAUSES[socketTraffic.outlook()];
    if (this.#pauses >= pauses && (thresholdMs === 0 || realTime.nowMs() - this.#sinceMs >= thresholdMs)) {
      this.#trafficSeen = traffic;
      return true;
    }
    this.#pauses++;
    await realTime.pause(1);
    return false;
  }
}
