import type { Operation } from "effection";
import { useLogger } from "../../../toolkit/logging/index.ts";
import { type Settled, settle } from "../settle.ts";
import { untilShutdown, useShutdown } from "../shutdown.ts";
import { type ExecuteOnce, type PeriodicTask, type Tick, withTask } from "../task.ts";
import { FailureLog } from "./failure-log.ts";
import { isFatal } from "./fatal.ts";
import { checkPeriod } from "./period.ts";
import { sleepUntil } from "./sleep-until.ts";
import { TickWindow } from "./tick-window.ts";

/** A task that keeps failing is tried again after this long at the latest (or after its period, if that is longer). */
const LONGEST_BACKOFF_MS = 60_000;

/**
 * Runs `task` at once and then every `periodMs`, start to start, without drift. Ticks never overlap; those missed by a
 * long one are dropped. An ordinary error is logged and the loop goes on, ever more slowly while it repeats; the window
 * of a failed tick is covered by the next. Ends when the task calls `finish()`, on shutdown, or with an error that is
 * unrecoverable or says that nobody receives what the task sends any more.
 */
export function* periodicLoop<Output>(
  task: PeriodicTask<Output>,
  { periodMs }: { readonly periodMs: number },
): Operation<void> {
  yield* withTask(task, function* (execute) {
    checkPeriod(task.name, periodMs);
    const log = yield* useLogger({ task: task.name });
    const shutdown = yield* useShutdown();
    try {
      yield* untilShutdown(() => runTicks(new Ticker(task, execute), new FailureLog(log), periodMs));
    } catch (error) {
      if (!shutdown.requested || isFatal(error, task.outbound)) throw error;
      log.warn({ err: error }, "The task failed while it was being stopped.");
    }
  });
}

function* runTicks(ticker: Ticker, failures: FailureLog, firstPeriodMs: number): Operation<void> {
  let periodMs = firstPeriodMs;
  let nextAtMs = performance.now();
  let followedAtOnce = false;
  while (true) {
    const { outcome, isLast, newPeriodMs = periodMs } = yield* ticker.tick();
    failures.note(outcome);
    if (isLast) return;
    followedAtOnce = newPeriodMs !== periodMs && !followedAtOnce;
    periodMs = newPeriodMs;
    if (followedAtOnce) {
      nextAtMs = performance.now();
    } else {
      nextAtMs = nextTickAt(nextAtMs, periodMs, failures.inARow);
      yield* sleepUntil(nextAtMs);
    }
  }
}

interface Ticked {
  readonly outcome: Settled<void>;
  readonly isLast: boolean;
  readonly newPeriodMs?: number | undefined;
}

class Ticker {
  readonly #task: PeriodicTask<never>;
  readonly #execute: ExecuteOnce<Tick>;
  readonly #window = new TickWindow();

  constructor(task: PeriodicTask<never>, execute: ExecuteOnce<Tick>) {
    this.#task = task;
    this.#execute = execute;
  }

  *tick(): Operation<Ticked> {
    const { previous, now, succeeded } = this.#window.open();
    let isLast = false;
    let newPeriodMs: number | undefined;
    const tick: Tick = {
      previous,
      now,
      finish: () => {
        isLast = true;
      },
      updateLoopPeriod: (seconds) => {
        checkPeriod(this.#task.name, seconds * 1000);
        newPeriodMs = seconds * 1000;
      },
    };
    const outcome = yield* settle(() => this.#execute(tick));
    if (outcome.ok) {
      succeeded();
      return { outcome, isLast, newPeriodMs };
    }
    if (isFatal(outcome.error, this.#task.outbound)) throw outcome.error;
    return { outcome, isLast: false }; // What a failed tick has asked for is forgotten with it.
  }
}

/** The next point of the loop's grid that is not past; further on while the task keeps failing. */
function nextTickAt(lastAtMs: number, periodMs: number, failuresInARow: number): number {
  const repeats = Math.max(0, failuresInARow - 1);
  const waitMs = Math.max(periodMs, Math.min(periodMs * 2 ** repeats, LONGEST_BACKOFF_MS));
  const lateMs = performance.now() - (lastAtMs + waitMs);
  return lastAtMs + waitMs + (lateMs > 0 ? Math.ceil(lateMs / periodMs) * periodMs : 0);
}
