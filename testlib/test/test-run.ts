import { createScope, type Operation, run } from "effection";
import { installTestClock, realTime, type TestClock } from "../clock/index.ts";
import { rootScopes } from "./effection-internals.ts";
import * as mistakes from "./mistakes.ts";
import { TaskTree } from "./task-tree.ts";
import type { TestBody, TestOptions } from "./types.ts";

export interface TestRunOptions extends TestOptions {
  /** Real time the body may take. */
  readonly timeoutMs: number;
  /** Real time the cleanup may take. */
  readonly cleanupMs: number;
  /** Do other tests of the file run at the same time? */
  readonly concurrent: boolean;
  /** Made where the test is defined. */
  readonly definedAt: Error;
}

/** One run of one test: its scope, its clock if it names one, and all that goes wrong. */
export class TestRun {
  readonly #options: TestRunOptions;
  readonly #rootsBefore = new Set(rootScopes());
  readonly #scope = createScope();
  readonly #tasks = new TaskTree(this.#scope);
  readonly #errors: unknown[] = [];
  readonly #failed = Promise.withResolvers<void>();
  #clock: TestClock | undefined;
  #bodyCalled = false;
  #ended: Promise<readonly unknown[]> | undefined;

  constructor(options: TestRunOptions) {
    this.#options = options;
  }

  /** Resolves when the body has ended, has failed or hangs; `end()` tells which. */
  async runBody(body: TestBody): Promise<void> {
    const { timeoutMs } = this.#options;
    const timer = realTime.setTimeout(() => this.#fail(mistakes.tooSlow(timeoutMs)), timeoutMs);
    try {
      const operation = this.#callBody(body);
      await Promise.race([this.#scope.run(() => operation), this.#failed.promise]);
    } catch (error) {
      // After `end()` it only says that the body was halted.
      if (this.#ended === undefined) this.#fail(mistakes.explainSecondClock(error));
    } finally {
      realTime.clearTimeout(timer);
    }
  }

  /** Halts what is left and gives real time back, whatever happens. Resolves with all that went wrong in the test. */
  end(): Promise<readonly unknown[]> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  /** To call a generator function is to read the fixtures it names: the clock is there before its first line runs. */
  #callBody(body: TestBody): Operation<unknown> {
    const useClock = () => this.#useClock();
    const operation = body({
      get clock() {
        return useClock();
      },
    });
    this.#bodyCalled = true;
    mistakes.checkBody(operation);
    return operation;
  }

  #useClock(): TestClock {
    if (this.#options.concurrent) throw mistakes.clockInConcurrentTest();
    if (this.#bodyCalled && this.#clock === undefined) throw mistakes.clockAskedForLate();
    this.#clock ??= installTestClock({
      ...seedFromEnvironment(),
      ...this.#options.clock,
      onFailure: (error) => this.#fail(error),
    });
    return this.#clock;
  }

  #fail(error: unknown): void {
    const { definedAt } = this.#options;
    const state = { tasks: this.#tasks.describe(), holds: this.#clock?.holds ?? [], definedAt };
    this.#errors.push(mistakes.withState(error, state));
    this.#failed.resolve();
  }

  async #end(): Promise<readonly unknown[]> {
    const [, destroy] = this.#scope;
    try {
      await this.#cleanUp(destroy);
      if (this.#errors.length === 0) await this.#checkLeftovers();
    } finally {
      await this.#clock?.uninstall();
    }
    return this.#errors;
  }

  async #cleanUp(step: () => PromiseLike<void>): Promise<void> {
    const { cleanupMs } = this.#options;
    const tooLong = Promise.withResolvers<void>();
    const timer = realTime.setTimeout(() => {
      this.#fail(mistakes.cleanupTooSlow(cleanupMs));
      tooLong.resolve();
    }, cleanupMs);
    try {
      await Promise.race([step(), tooLong.promise]);
    } catch (error) {
      this.#fail(error);
    } finally {
      realTime.clearTimeout(timer);
    }
  }

  async #checkLeftovers(): Promise<void> {
    if (this.#clock !== undefined) await this.#checkClock(this.#clock);
    const roots = rootScopes().filter((scope) => !this.#rootsBefore.has(scope));
    if (roots.length > 0 && !this.#options.concurrent) this.#fail(mistakes.tasksLeft(roots.length));
  }

  async #checkClock(clock: TestClock): Promise<void> {
    if (clock.holds.length > 0) {
      this.#fail(mistakes.clockStillHeld());
      return;
    }
    // What the cleanup has closed gets its turn to end.
    await this.#cleanUp(() => run(() => clock.advance(0)));
    const timers = clock.describeTimers();
    if (timers !== "") this.#fail(mistakes.timersLeft(timers));
  }
}

/** `TEST_CLOCK_SEED=7 vitest run` shows what depends on the order of timers that are due at the same time. */
function seedFromEnvironment(): { readonly seed?: number } {
  const seed = process.env["TEST_CLOCK_SEED"];
  return seed ? { seed: Number(seed) } : {};
}
