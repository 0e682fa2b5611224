import { action, type Operation } from "effection";
import { JumpLimit } from "./limits.ts";
import { type Goal, Pump } from "./pump.ts";
import { Quiet } from "./quiet.ts";
import { describeTimers } from "./report.ts";
import { seededShuffle } from "./shuffle.ts";
import { VirtualTime } from "./virtual-time.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export interface TestClockOptions {
  /** What `Date.now()` says at first; 0 by default. */
  readonly start?: number;
  /** Turns of the event loop without I/O before time jumps. */
  readonly quietTurns?: number;
  /** Real time without I/O before time jumps. 20 for a test that talks to another process, which has to get its turn. */
  readonly thresholdMs?: number;
  /** Real time in which nothing happens before that is a failure; 1 s by default, 10 s with a threshold. */
  readonly deadlockMs?: number;
  /** How far time may run by itself; `advance` comes on top. 24 h by default. */
  readonly maxVirtualMs?: number;
  readonly maxJumps?: number;
  /** Puts timers that are due at the same time in an order of its own. Without it, they fire as they were made. */
  readonly seed?: number;
  /** Hears of a deadlock, of an exceeded limit, and of what a timer's callback throws. The default: an uncaught error. */
  readonly onFailure?: (error: unknown) => void;
}

/**
 * Virtual time. It moves by itself, to the next deadline, whenever every task is blocked and no I/O of this process is
 * in flight. What the clock cannot see needs `hold()`: other processes, jobs of the thread pool (zlib, crypto), TLS.
 */
export interface TestClock {
  /** The same as `Date.now()`; ms. */
  now(): number;
  /** Lets exactly `ms` pass. Returns when everything due by then, this moment included, has happened. */
  advance(ms: number): Operation<void>;
  /** Lets time pass until only background timers are left, if any. */
  advanceUntilIdle(): Operation<void>;
  /** Time stands still until the returned function is called. */
  hold(reason?: string): () => void;
  /** Time stands still while the operation runs. */
  held<T>(operation: Operation<T> | (() => Operation<T>)): Operation<T>;
  /** The foreground timers that are pending, soonest first, one line each; `""` when there are none. */
  describeTimers(): string;
  /** What keeps time from moving at the moment. */
  readonly holds: readonly string[];
  /** Gives the globals back. */
  uninstall(): Promise<void>;
}

/** Replaces `setTimeout`, `setInterval`, their `clear`s, `Date` and `performance`, until `uninstall()`. */
export function installTestClock(options: TestClockOptions = {}): TestClock {
  return new AutojumpClock(options);
}

class AutojumpClock implements TestClock {
  readonly #time: VirtualTime;
  readonly #limit: JumpLimit;
  readonly #pump: Pump;
  readonly #running: Promise<void>;
  #changes = 0;

  constructor({
    start = 0,
    quietTurns = 5,
    thresholdMs = 0,
    deadlockMs = thresholdMs > 0 ? 10_000 : 1_000,
    maxVirtualMs = DAY_MS,
    maxJumps = 1_000_000,
    seed,
    onFailure = throwUncaught,
  }: TestClockOptions) {
    const order = seed === undefined ? <T>(timers: T) => timers : seededShuffle(seed);
    this.#time = new VirtualTime(start);
    this.#limit = new JumpLimit({ startMs: start, maxVirtualMs, maxJumps });
    const quiet = new Quiet({ quietTurns, thresholdMs }, () => this.#changes + this.#time.queue.changes);
    this.#pump = new Pump(this.#time, quiet, { limit: this.#limit, deadlockMs, order, onFailure });
    this.#running = this.#pump.run();
  }

  get holds(): readonly string[] {
    return Array.from(this.#pump.holds, (hold) => hold.reason);
  }

  now(): number {
    return this.#time.nowMs;
  }

  *advance(ms: number): Operation<void> {
    if (!Number.isSafeInteger(ms) || ms < 0) {
      throw new RangeError(`clock.advance(${ms}): give the milliseconds to let pass, as a whole number of at least 0.`);
    }
    this.#limit.extend(ms);
    yield* this.#reach({ untilMs: this.now() + ms }, `clock.advance(${ms})`);
  }

  *advanceUntilIdle(): Operation<void> {
    yield* this.#reach({}, "clock.advanceUntilIdle()");
  }

  hold(reason = "clock.hold()"): () => void {
    const hold = { reason };
    this.#pump.holds.add(hold);
    this.#changes++;
    return () => {
      this.#pump.holds.delete(hold);
      this.#changes++;
    };
  }

  *held<T>(operation: Operation<T> | (() => Operation<T>)): Operation<T> {
    const release = this.hold("clock.held()");
    try {
      return yield* typeof operation === "function" ? operation() : operation;
    } finally {
      release();
    }
  }

  describeTimers(): string {
    const timers = this.#time.queue.pending.filter((timer) => !timer.isBackground);
    return describeTimers(timers, this.now());
  }

  async uninstall(): Promise<void> {
    this.#pump.stop();
    this.#time.uninstall();
    await this.#running;
  }

  #reach(goal: { readonly untilMs?: number }, description: string): Operation<void> {
    return action<void>((resolve) => {
      const waiting: Goal = { ...goal, reached: resolve };
      this.#pump.goals.add(waiting);
      this.#changes++;
      return () => {
        this.#pump.goals.delete(waiting);
        this.#changes++;
      };
    }, description);
  }
}

/** Outside the pump, which has to go on. */
function throwUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
