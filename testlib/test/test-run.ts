import { createScope, type Operation, run } from "effection";
import { installTestClock, realTime, type TestClock } from "../clock/index.ts";
import { RunningTestContext, TestClockContext } from "./contexts.ts";
import { rootScopes } from "./effection-internals.ts";
import type { FixtureSet } from "./fixture-set.ts";
import * as mistakes from "./mistakes.ts";
import { type Callable, call, namesTaken } from "./parameter-names.ts";
import { TaskTree } from "./task-tree.ts";
import type { TestOptions } from "./types.ts";

export interface TestRunOptions extends TestOptions {
  /** Those the body may name. */
  readonly fixtures: FixtureSet;
  readonly body: Callable;
  /** Real time the body may take. */
  readonly timeoutMs: number;
  /** Real time the cleanup may take. */
  readonly cleanupMs: number;
  /** Do other tests of the file run at the same time? */
  readonly concurrent: boolean;
  /** Made where the test is defined. */
  readonly definedAt: Error;
}

/** One run of one test: its scope, the fixtures that it names, and all that goes wrong. */
export class TestRun {
  readonly #options: TestRunOptions;
  readonly #rootsBefore = new Set(rootScopes());
  readonly #scope = createScope();
  readonly #tasks = new TaskTree(this.#scope);
  readonly #errors: unknown[] = [];
  /** What fixtures find wrong when they are closed. */
  readonly #findings: unknown[] = [];
  readonly #explanations: (() => void)[] = [];
  readonly #failed = Promise.withResolvers<void>();
  #clock: TestClock | undefined;
  #ended: Promise<readonly unknown[]> | undefined;

  constructor(options: TestRunOptions) {
    this.#options = options;
  }

  /** Resolves when the body has ended, has failed or hangs; `end()` tells which. */
  async runBody(): Promise<void> {
    const { timeoutMs } = this.#options;
    const timer = realTime.setTimeout(() => this.#fail(mistakes.tooSlow(timeoutMs)), timeoutMs);
    try {
      const ended = this.#start();
      await Promise.race([ended, this.#failed.promise]);
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

  /** The clock first: everything else, the fixtures too, runs in its time. */
  #start(): PromiseLike<void> {
    const { body, fixtures } = this.#options;
    const needed = fixtures.neededFor(namesTaken(body, fixtures.names));
    if (needed.has("clock")) this.#clock = this.#installClock();
    const [scope] = this.#scope;
    return scope.run(() => this.#run(needed));
  }

  *#run(needed: ReadonlySet<string>): Operation<void> {
    const { body, fixtures } = this.#options;
    yield* RunningTestContext.set({
      fail: (error) => this.#findings.push(this.#explained(error, "")),
      whenFailed: (show) => this.#explanations.push(show),
    });
    const clock = this.#clock && { clock: yield* TestClockContext.set(this.#clock) };
    const opened = yield* fixtures.open(needed, { ...clock });
    try {
      const operation = call(body, opened);
      mistakes.checkBody(operation);
      yield* operation;
    } catch (error) {
      // Noted here, as what goes wrong while the fixtures are closed would replace it.
      this.#fail(mistakes.explainSecondClock(error));
    }
  }

  #installClock(): TestClock {
    if (this.#options.concurrent) throw mistakes.clockInConcurrentTest();
    return installTestClock({
      ...seedFromEnvironment(),
      ...this.#options.clock,
      onFailure: (error) => this.#fail(error),
    });
  }

  #fail(error: unknown): void {
    this.#errors.push(this.#explained(error, this.#tasks.describe()));
    this.#failed.resolve();
  }

  #explained(error: unknown, tasks: string): unknown {
    const { definedAt } = this.#options;
    return mistakes.withState(error, { tasks, holds: this.#clock?.holds ?? [], definedAt });
  }

  async #end(): Promise<readonly unknown[]> {
    const [, destroy] = this.#scope;
    try {
      await this.#cleanUp(destroy);
      if (this.#errors.length === 0) await this.#checkLeftovers();
    } finally {
      await this.#clock?.uninstall();
    }
    const wrong = [...this.#errors, ...this.#findings];
    if (wrong.length > 0) for (const show of this.#explanations) show();
    return wrong;
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
