import { performance } from "node:perf_hooks";

// Taken when this module loads, which is before any test can put virtual time in their place.
const { setImmediate, setTimeout, clearTimeout } = globalThis;
const now = performance.now.bind(performance);
const { nodeTiming } = performance;

/** Work under way in this process that the kernel does not report: the next turn of the loop, file and name requests. */
const PENDING = /^(Immediate|FSReq|CloseReq|GetAddrInfoReq|GetNameInfoReq)/;

/** Real time and the real event loop, whatever the globals are at the moment. */
export const realTime = {
  /** Monotonic, in ms. */
  nowMs: (): number => now(),

  setTimeout: (callback: () => void, ms: number): NodeJS.Timeout => setTimeout(callback, ms),
  clearTimeout: (timer: NodeJS.Timeout | undefined): void => clearTimeout(timer),
  pause: (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms)),

  /** One turn of the event loop: what was ready when it began has been served when it resolves. */
  turn: (): Promise<void> => new Promise((resolve) => setImmediate(resolve)),

  /** Promise reactions and `process.nextTick` callbacks that are ready have run when it resolves. */
  microtasks: (): Promise<void> => new Promise((resolve) => process.nextTick(resolve)),

  /** How many events the kernel has handed to this event loop so far. */
  kernelEvents: (): number => nodeTiming.uvMetricsInfo.events,

  hasPendingRequests: (): boolean => process.getActiveResourcesInfo().some((name) => PENDING.test(name)),
} as const;
