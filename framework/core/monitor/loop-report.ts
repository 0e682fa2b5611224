import { type Failure, toFailure } from "./failure.ts";

/** A connection that a loop keeps. */
export interface Connection {
  readonly isOpen: boolean;
  /** Since when it has been open, or not been. */
  readonly sinceMs: number;
  readonly timesOpened: number;
}

/** What is known of one loop. Times are readings of `performance.now()`, unless their name says otherwise. */
export interface LoopFacts {
  /** Its task's. */
  readonly name: string;
  /** The names of the nursery children that it runs in, the outermost first. */
  readonly path: readonly string[];
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
  /** From one start of its task to the next; `undefined` unless it is periodic. */
  readonly periodMs: number | undefined;
  /** Since when its task runs; `undefined` between two executions, and for a loop that does not look at the clock. */
  readonly runningSinceMs: number | undefined;
  readonly nextAtMs: number | undefined;
  /** Where the last window that was covered ended, epoch ms; for periodic loops. */
  readonly coveredUntilEpochMs: number | undefined;
  readonly successes: number;
  readonly failures: number;
  readonly failuresInARow: number;
  /** When the first of those in a row was. */
  readonly failingSinceMs: number | undefined;
  readonly lastSuccessAtMs: number | undefined;
  readonly lastFailure: Failure | undefined;
  readonly connection: Connection | undefined;
}

/** Through this, one loop tells what it does. `succeeded()` is for hot paths: it counts, and does little else. */
export class LoopReport implements LoopFacts {
  readonly name: string;
  readonly path: readonly string[];
  readonly startedAtMs = performance.now();
  endedAtMs: number | undefined;
  periodMs: number | undefined;
  runningSinceMs: number | undefined;
  nextAtMs: number | undefined;
  coveredUntilEpochMs: number | undefined;
  successes = 0;
  failures = 0;
  failuresInARow = 0;
  failingSinceMs: number | undefined;
  lastSuccessAtMs: number | undefined;
  lastFailure: Failure | undefined;
  connection: Connection | undefined;
  #datedSuccesses = 0;

  constructor(name: string, path: readonly string[]) {
    this.name = name;
    this.path = path;
  }

  /** It is periodic; call this again when the period changes. */
  every(periodMs: number): void {
    this.periodMs = periodMs;
  }

  /** An execution begins. A loop that cannot afford to look at the clock each time leaves this out. */
  started(): void {
    this.runningSinceMs = performance.now();
    this.nextAtMs = undefined;
  }

  succeeded(): void {
    this.successes++;
    this.failuresInARow = 0;
    if (this.runningSinceMs === undefined) return;
    this.runningSinceMs = undefined;
    this.dateSuccesses(performance.now());
  }

  failed(error: unknown): void {
    const atMs = performance.now();
    if (this.failuresInARow === 0) this.failingSinceMs = atMs;
    this.failures++;
    this.failuresInARow++;
    this.lastFailure = toFailure(error, atMs);
    this.runningSinceMs = undefined;
  }

  /** @param atMs when the next execution is due, on the clock of `performance.now()` */
  nextAt(atMs: number): void {
    this.nextAtMs = atMs;
  }

  coveredUntil(epochMs: number): void {
    this.coveredUntilEpochMs = epochMs;
  }

  connected(): void {
    this.nextAtMs = undefined;
    this.#setConnection(true, (this.connection?.timesOpened ?? 0) + 1);
  }

  /** There is no connection: not yet (say so before the first attempt), or not any more. */
  disconnected(error?: unknown): void {
    const timesOpened = this.connection?.timesOpened ?? 0;
    if (this.connection?.isOpen !== false) this.#setConnection(false, timesOpened);
    if (error !== undefined) this.lastFailure = toFailure(error, performance.now());
  }

  ended(): void {
    this.endedAtMs = performance.now();
    this.runningSinceMs = undefined;
    this.nextAtMs = undefined;
  }

  /** Gives successes that were only counted a time. For who looks at it now and then. */
  dateSuccesses(nowMs: number): void {
    if (this.successes === this.#datedSuccesses) return;
    this.#datedSuccesses = this.successes;
    this.lastSuccessAtMs = nowMs;
  }

  #setConnection(isOpen: boolean, timesOpened: number): void {
    this.connection = { isOpen, sinceMs: performance.now(), timesOpened };
  }
}
