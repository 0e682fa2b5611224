import FakeTimers from "@sinonjs/fake-timers";
import { AgentError } from "../../toolkit/errors.ts";
import { TimerQueue } from "./timer-queue.ts";
import { putTimersInPlace } from "./timers-in-place.ts";

/**
 * Virtual time in the place of the globals: it stands still until `moveTo`. `Date` and `performance` are those of
 * @sinonjs/fake-timers. The timers are ours: a clock that jumps by itself has to know what is due next, and which
 * timers time may jump for, and fake-timers tells neither.
 */
export class VirtualTime {
  readonly queue = new TimerQueue(() => this.nowMs);
  readonly #fake;
  readonly #restoreTimers: () => void;

  constructor(startMs: number) {
    if ("isFake" in Date) {
      throw new AgentError(
        "E_CLOCK_TWICE",
        "Time is virtual already. Use one clock at a time: drop vi.useFakeTimers(), or uninstall the other clock first.",
      );
    }
    this.#fake = FakeTimers.install({ now: startMs, toFake: ["Date", "performance"] });
    this.#restoreTimers = putTimersInPlace(this.queue);
  }

  /** What `Date.now()` says. */
  get nowMs(): number {
    return this.#fake.now;
  }

  moveTo(ms: number): void {
    this.#fake.tick(ms - this.#fake.now);
  }

  uninstall(): void {
    this.#restoreTimers();
    this.#fake.uninstall();
    this.queue.close();
  }
}
