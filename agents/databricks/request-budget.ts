import { action, type Operation } from "effection";
import { HttpStatusError } from "../../framework/http/index.ts";

/** Who asks: the lists, which show all runs at once, or a watcher that looks up one run. */
export type Asker = "list" | "run";

export interface RequestBudgetOptions {
  readonly perSecond: number;
  /** Under way at a time. */
  readonly concurrency: number;
}

/** How often a request is made that is answered 429, in all. */
const MAX_ATTEMPTS = 4;
/** What Databricks wants us to wait where its 429 does not say. It doubles each time. */
const DEFAULT_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

interface Waiter {
  proceed(): void;
}

/**
 * Shares out what may be asked of Databricks: so many requests a second, so many at a time. When both kinds of askers
 * wait, they take turns, so that neither many runs nor many pages keep the others waiting; each kind is served in order.
 * A 429 holds back all of them, since limits are those of the workspace.
 */
export class RequestBudget {
  readonly #spacingMs: number;
  readonly #concurrency: number;
  readonly #waiting: Record<Asker, Waiter[]> = { list: [], run: [] };
  #next: Asker = "list";
  #underWay = 0;
  /** On the clock of `performance.now()`. */
  #notBeforeMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ perSecond, concurrency }: RequestBudgetOptions) {
    this.#spacingMs = 1_000 / perSecond;
    this.#concurrency = concurrency;
  }

  /**
   * Makes a request when its turn has come, and again when it is answered 429.
   * @throws what `request` throws
   */
  *use<T>(asker: Asker, request: () => Operation<T>): Operation<T> {
    for (let attempt = 1; ; attempt++) {
      yield* this.#turn(asker);
      try {
        return yield* request();
      } catch (error) {
        if (!(error instanceof HttpStatusError) || error.status !== 429) throw error;
        this.#pause(error.retryAfterMs || DEFAULT_PAUSE_MS * 2 ** (attempt - 1));
        if (attempt === MAX_ATTEMPTS) throw error;
      } finally {
        this.#underWay -= 1;
        this.#serve();
      }
    }
  }

  #pause(ms: number): void {
    this.#notBeforeMs = Math.max(this.#notBeforeMs, performance.now() + Math.min(ms, LONGEST_PAUSE_MS));
  }

  *#turn(asker: Asker): Operation<void> {
    let isServed = false;
    let isHalted = true;
    try {
      yield* action<void>((resolve) => {
        const waiter: Waiter = {
          proceed() {
            isServed = true;
            resolve();
          },
        };
        this.#waiting[asker].push(waiter);
        this.#serve();
        return () => this.#leave(asker, waiter);
      }, "request budget");
      isHalted = false;
    } finally {
      // Halted just when it was served: its turn goes to the next.
      if (isHalted && isServed) this.#underWay -= 1;
      if (isHalted) this.#serve();
    }
  }

  #leave(asker: Asker, waiter: Waiter): void {
    const at = this.#waiting[asker].indexOf(waiter);
    if (at >= 0) this.#waiting[asker].splice(at, 1);
  }

  #serve(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#underWay < this.#concurrency && this.#isAnyoneWaiting()) {
      const waitMs = this.#notBeforeMs - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#serve(), Math.ceil(waitMs));
        return;
      }
      this.#notBeforeMs = performance.now() + this.#spacingMs;
      this.#underWay += 1;
      this.#takeNext()?.proceed();
    }
  }

  #isAnyoneWaiting(): boolean {
    return this.#waiting.list.length + this.#waiting.run.length > 0;
  }

  #takeNext(): Waiter | undefined {
    const other = this.#next === "list" ? "run" : "list";
    const from = this.#waiting[this.#next].length > 0 ? this.#next : other;
    this.#next = from === "list" ? "run" : "list";
    return this.#waiting[from].shift();
  }
}
