import timers from "node:timers";
import { promisify } from "node:util";
import { here } from "./call-site.ts";
import { realTime } from "./real-time.ts";
import type { TimerQueue } from "./timer-queue.ts";
import { type TimerCallback, VirtualTimer } from "./virtual-timer.ts";

/** Enough to see who called `setTimeout`; each frame costs time. */
const FRAMES = 4;

/** Puts the queue in the place of the four timer functions. `nextTick`, microtasks and immediates stay real: Node uses them. */
export function putTimersInPlace(queue: TimerQueue): () => void {
  const functions = timerFunctions(queue);
  const undo = [globalThis, timers].flatMap((target) =>
    Object.entries(functions).map(([name, value]) => replace(target, name, value)),
  );
  return () => {
    for (const restore of undo) restore();
  };
}

function timerFunctions(queue: TimerQueue) {
  function start(callback: TimerCallback, delayMs: number, args: readonly unknown[], repeats: boolean): VirtualTimer {
    if (typeof callback !== "function")
      throw new TypeError(`A timer needs a function to call, not ${String(callback)}.`);
    const timer = new VirtualTimer(queue, { callback, args, delayMs, repeats, origin: here(FRAMES) });
    queue.schedule(timer, delayMs);
    return timer;
  }
  const setTimeout = (callback: TimerCallback, delayMs = 0, ...args: unknown[]) =>
    start(callback, delayMs, args, false);
  const setInterval = (callback: TimerCallback, delayMs = 0, ...args: unknown[]) =>
    start(callback, Math.max(1, delayMs), args, true);
  const clear = (timer: VirtualTimer | NodeJS.Timeout | undefined) => {
    if (timer instanceof VirtualTimer) timer.close();
    else realTime.clearTimeout(timer);
  };
  const sleep = (delayMs: number, value?: unknown) => new Promise((resolve) => start(resolve, delayMs, [value], false));
  return {
    setTimeout: Object.assign(setTimeout, { [promisify.custom]: sleep }),
    setInterval,
    clearTimeout: clear,
    clearInterval: clear,
  };
}

function replace(target: object, name: string, value: unknown): () => void {
  const original = Object.getOwnPropertyDescriptor(target, name);
  if (original === undefined) throw new TypeError(`This Node has no ${name} to replace.`);
  Object.defineProperty(target, name, { configurable: true, enumerable: true, writable: true, value });
  return () => Object.defineProperty(target, name, original);
}
