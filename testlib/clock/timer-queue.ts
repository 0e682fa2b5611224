import { Deadlines } from "./deadlines.ts";
import type { Schedule, VirtualTimer } from "./virtual-timer.ts";

/** Node fires a longer delay, a negative one and one that is no number after 1 ms, and so do we: a test should see that. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The pending timers, by deadline and then in the order they were made. */
export class TimerQueue implements Schedule {
  readonly #nowMs: () => number;
  readonly #byDeadline = new Map<number, Set<VirtualTimer>>();
  readonly #deadlines = new Deadlines();
  #foreground = 0;
  #changes = 0;
  #closed = false;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** How many pending timers time may move for. */
  get foreground(): number {
    return this.#foreground;
  }

  /** Grows with each timer that comes or goes: a sign of life. */
  get changes(): number {
    return this.#changes;
  }

  get nextDeadlineMs(): number | undefined {
    return this.#deadlines.first((deadlineMs) => this.#hasTimersAt(deadlineMs));
  }

  /** Soonest first. */
  get pending(): readonly VirtualTimer[] {
    const byDeadline = Array.from(this.#byDeadline).sort(([a], [b]) => a - b);
    return byDeadline.flatMap(([, timers]) => Array.from(timers));
  }

  timersAt(deadlineMs: number): VirtualTimer[] {
    return Array.from(this.#byDeadline.get(deadlineMs) ?? []);
  }

  /** Puts the timer behind all that are due at the same time, wherever it was before. */
  schedule(timer: VirtualTimer, delayMs: number): void {
    this.remove(timer);
    this.#changes++;
    const deadlineMs = this.#nowMs() + toNodeDelay(delayMs);
    timer.deadlineMs = deadlineMs;
    if (!timer.isBackground) this.#foreground++;
    const timers = this.#byDeadline.get(deadlineMs);
    if (timers !== undefined) {
      timers.add(timer);
    } else {
      this.#byDeadline.set(deadlineMs, new Set([timer]));
      this.#deadlines.add(deadlineMs);
    }
  }

  remove(timer: VirtualTimer): void {
    if (timer.deadlineMs === undefined) return;
    this.#changes++;
    this.#byDeadline.get(timer.deadlineMs)?.delete(timer);
    timer.deadlineMs = undefined;
    if (!timer.isBackground) this.#foreground--;
  }

  /** Runs a change that may move a timer between foreground and background. */
  reclassify(timer: VirtualTimer, change: () => void): void {
    const before = timer.isBackground;
    change();
    if (timer.deadlineMs === undefined || timer.isBackground === before) return;
    this.#foreground += timer.isBackground ? -1 : 1;
  }

  /** Ends virtual time: what libraries left behind unreferenced goes on in real time, the rest never fires. */
  close(): void {
    for (const timer of this.pending) {
      const leftMs = (timer.deadlineMs ?? 0) - this.#nowMs();
      this.remove(timer);
      if (!timer.hasRef()) timer.continueInRealTime(leftMs);
    }
    this.#closed = true;
  }

  #hasTimersAt(deadlineMs: number): boolean {
    if ((this.#byDeadline.get(deadlineMs)?.size ?? 0) > 0) return true;
    this.#byDeadline.delete(deadlineMs);
    return false;
  }
}

/** Keep 0, of which Node makes 1 ms as well: what is done at once shall not move a test's time. */
function toNodeDelay(delayMs: number): number {
  return delayMs >= 0 && delayMs <= MAX_DELAY_MS ? Math.trunc(delayMs) : 1;
}
