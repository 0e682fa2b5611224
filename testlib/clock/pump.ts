import { AgentError } from "../../toolkit/errors.ts";
import { DeadlockWatch, type JumpLimit } from "./limits.ts";
import type { Quiet } from "./quiet.ts";
import { realTime } from "./real-time.ts";
import { describeTimers } from "./report.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { VirtualTimer } from "./virtual-timer.ts";

/** Somebody who waits until time has come to `untilMs` or, without it, until no foreground timer is left. */
export interface Goal {
  readonly untilMs?: number;
  reached(): void;
}

export interface PumpSettings {
  readonly limit: JumpLimit;
  readonly deadlockMs: number;
  readonly order: (timers: VirtualTimer[]) => VirtualTimer[];
  readonly onFailure: (error: unknown) => void;
}

/** Moves virtual time: whenever everything is quiet, to the next deadline or the next goal, whichever comes first. */
export class Pump {
  readonly goals = new Set<Goal>();
  /** Why time has to stand still. */
  readonly holds = new Set<{ readonly reason: string }>();
  readonly #time: VirtualTime;
  readonly #quiet: Quiet;
  readonly #settings: PumpSettings;
  readonly #deadlock: DeadlockWatch;
  #stopped = false;
  #gaveUp = false;

  constructor(time: VirtualTime, quiet: Quiet, settings: PumpSettings) {
    this.#time = time;
    this.#quiet = quiet;
    this.#settings = settings;
    this.#deadlock = new DeadlockWatch(settings.deadlockMs);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Resolves after `stop()`. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const isQuiet = await this.#quiet.afterTurn();
      if (this.#stopped) return;
      if (!isQuiet) {
        this.#deadlock.restart();
      } else if (this.holds.size > 0) {
        await realTime.pause(1);
      } else if (this.#reachGoals() || (await this.#jump())) {
        this.#quiet.restart();
      } else {
        await this.#lookForDeadlock();
      }
    }
  }

  #reachGoals(): boolean {
    const nextMs = this.#time.queue.nextDeadlineMs ?? Number.POSITIVE_INFINITY;
    const goalMs = this.#nextGoalMs();
    if (goalMs < nextMs) this.#time.moveTo(goalMs);
    const reached = Array.from(this.goals).filter((goal) =>
      goal.untilMs === undefined ? this.#isIdle() : goal.untilMs < nextMs && goal.untilMs <= this.#time.nowMs,
    );
    for (const goal of reached) this.goals.delete(goal);
    for (const goal of reached) goal.reached();
    return reached.length > 0;
  }

  #nextGoalMs(): number {
    return Math.min(...Array.from(this.goals, (goal) => goal.untilMs ?? Number.POSITIVE_INFINITY));
  }

  #isIdle(): boolean {
    return this.#time.queue.foreground === 0 && this.#nextGoalMs() === Number.POSITIVE_INFINITY;
  }

  /** Fires the timers of the next deadline, unless only background timers are pending. */
  async #jump(): Promise<boolean> {
    const deadlineMs = this.#time.queue.nextDeadlineMs;
    if (deadlineMs === undefined || this.#isIdle()) return false;
    const excess = this.#settings.limit.check(deadlineMs);
    if (excess !== undefined) this.#giveUp(excess);
    this.#time.moveTo(deadlineMs);
    for (const timer of this.#settings.order(this.#time.queue.timersAt(deadlineMs))) {
      // An earlier one of the same moment may have cleared it or put it off.
      if (timer.deadlineMs === deadlineMs && !this.#stopped) await this.#fire(timer);
    }
    return true;
  }

  async #fire(timer: VirtualTimer): Promise<void> {
    this.#time.queue.remove(timer);
    if (timer.settings.repeats) this.#time.queue.schedule(timer, timer.settings.delayMs);
    try {
      timer.fire();
    } catch (error) {
      this.#settings.onFailure(error);
    }
    await realTime.microtasks();
  }

  async #lookForDeadlock(): Promise<void> {
    if (!this.#gaveUp && this.#deadlock.isDeadlock()) this.#giveUp(this.#deadlockError());
    await realTime.pause(1);
  }

  #giveUp(error: AgentError): void {
    if (this.#gaveUp) return;
    this.#gaveUp = true;
    this.#settings.onFailure(error);
  }

  #deadlockError(): AgentError {
    const { pending } = this.#time.queue;
    const { nowMs } = this.#time;
    const what = `Nothing can happen any more, at ${nowMs} ms of virtual time: every task is blocked, and for ${this.#settings.deadlockMs} ms of real time no I/O came.`;
    const how =
      pending.length > 0
        ? `Time does not move for background timers alone; let it pass with yield* clock.advance(ms). They are:\n${describeTimers(pending, nowMs)}`
        : "If the test waits for what the clock cannot see (a child process, a job of the thread pool, timers of node:timers/promises), wrap the wait in clock.held(), or raise deadlockMs.";
    return new AgentError("E_CLOCK_DEADLOCK", `${what}\n${how}`);
  }
}
