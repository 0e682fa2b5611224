import type { Operation } from "effection";
import { isUnrecoverable } from "../../../toolkit/errors.ts";
import { type Logger, useLogger } from "../../../toolkit/logging/index.ts";
import type { LoopReport } from "../monitor/index.ts";
import { type Settled, settle } from "../settle.ts";
import { untilShutdown, useShutdown } from "../shutdown.ts";
import { type ExecuteOnce, type PeriodicTask, type Tick, withTask } from "../task.ts";
import { unitOfWork } from "../unit-of-work.ts";
import { FailureLog } from "./failure-log.ts";
import { isFatal } from "./fatal.ts";
import { LongTickWarning } from "./long-tick-warning.ts";
import { checkPeriod } from "./period.ts";
import { sleepUntil } from "./sleep-until.ts";
import { TickWindow } from "./tick-window.ts";
import { useWatermark, type Watermark, type WatermarkOptions } from "./watermark.ts";

/** A task that keeps failing is tried again after this long at the latest (or after its period, if that is longer). */
const LONGEST_BACKOFF_MS = 60_000;

export interface PeriodicLoopOptions {
  /** From the start of one tick to the start of the next. */
  readonly periodMs: number;
  /** Windows go on where those of the last run of the agent ended, and where there was none, so far back. */
  readonly watermark?: WatermarkOptions;
}

/**
 * Runs `task` at once and then every `periodMs`, start to start, without drift. Ticks never overlap; those missed by a
 * long one are dropped. An ordinary error is logged and the loop goes on, ever more slowly while it repeats; the window
 * of a failed tick is covered by the next. Each tick is a unit of work. Ends when the task calls `finish()`, on shutdown,
 * or with an error that is unrecoverable or says that what the task sends can reach nobody any more.
 */
export function* periodicLoop<Output>(
  task: PeriodicTask<Output>,
  { periodMs, watermark: options }: PeriodicLoopOptions,
): Operation<void> {
  yield* withTask(task, function* (execute, report) {
    checkPeriod(task.name, periodMs);
    const log = yield* useLogger({ task: task.name });
    const shutdown = yield* useShutdown();
    const watermark = options && (yield* useWatermark(task.name, options));
    const ticker = new Ticker(task, execute, { report, watermark });
    try {
      yield* untilShutdown(() => runTicks(ticker, log, periodMs, report));
    } catch (error) {
      if (!shutdown.requested || isUnrecoverable(error)) throw error;
      if (isFatal(error, task.outbound)) return; // Those it sends to have heard of the shutdown first.
      log.warn({ err: error }, "The task failed while it was being stopped.");
    }
  });
}

function* runTicks(
  ticker: Ticker,
  log: Logger,
  firstPeriodMs: number,
  report: LoopReport | undefined,
): Operation<void> {
  const failures = new FailureLog(log);
  const longTick = new LongTickWarning(log);
  let periodMs = firstPeriodMs;
  let nextAtMs = performance.now();
  let followedAtOnce = false;
  while (true) {
    report?.every(periodMs);
    const { outcome, isLast, newPeriodMs = periodMs } = yield* longTick.during(ticker.tick(), periodMs);
    failures.note(outcome);
    if (isLast) return;
    followedAtOnce = newPeriodMs !== periodMs && !followedAtOnce;
    periodMs = newPeriodMs;
    if (followedAtOnce) {
      nextAtMs = performance.now();
    } else {
      nextAtMs = nextTickAt(nextAtMs, periodMs, failures.inARow);
      report?.nextAt(nextAtMs);
      yield* sleepUntil(nextAtMs);
    }
  }
}

interface Ticked {
  readonly outcome: Settled<void>;
  readonly isLast: boolean;
  readonly newPeriodMs?: number | undefined;
}

interface TickerOptions {
  readonly report: LoopReport | undefined;
  readonly watermark: Watermark | undefined;
}

class Ticker {
  readonly #task: PeriodicTask<never>;
  readonly #execute: ExecuteOnce<Tick>;
  readonly #report: LoopReport | undefined;
  readonly #watermark: Watermark | undefined;
  readonly #window: TickWindow;

  constructor(task: PeriodicTask<never>, execute: ExecuteOnce<Tick>, { report, watermark }: TickerOptions) {
    this.#task = task;
    this.#execute = execute;
    this.#report = report;
    this.#watermark = watermark;
    this.#window = new TickWindow(watermark?.startMs(Date.now()));
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
    this.#report?.started();
    const outcome = yield* settle(() => unitOfWork(() => this.#cover(tick)));
    if (outcome.ok) {
      succeeded();
      this.#report?.succeeded();
      if (this.#task.outbound !== undefined) this.#report?.coveredUntil(now);
      return { outcome, isLast, newPeriodMs };
    }
    this.#report?.failed(outcome.error);
    if (isFatal(outcome.error, this.#task.outbound)) throw outcome.error;
    return { outcome, isLast: false }; // What a failed tick has asked for is forgotten with it.
  }

  *#cover(tick: Tick): Operation<void> {
    yield* this.#execute(tick);
    if (this.#watermark !== undefined) yield* this.#watermark.set(tick.now);
  }
}

/** The next point of the loop's grid that is not past; further on while the task keeps failing. */
function nextTickAt(lastAtMs: number, periodMs: number, failuresInARow: number): number {
  const repeats = Math.max(0, failuresInARow - 1);
  const waitMs = Math.max(periodMs, Math.min(periodMs * 2 ** repeats, LONGEST_BACKOFF_MS));
  const lateMs = performance.now() - (lastAtMs + waitMs);
  return lastAtMs + waitMs + Math.max(0, Math.ceil(lateMs / periodMs)) * periodMs;
}
