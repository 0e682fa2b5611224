import { type Operation, useScope } from "effection";
import { AgentError } from "../../../toolkit/errors.ts";
import { ContainedChild } from "../contained-child.ts";
import { Alarm } from "./alarm.ts";

const noop = () => {};

/**
 * A part of the program that can be called off, by `cancel()` or by its deadline, while the rest goes on. Single use.
 *
 * The body runs in a child that never fails; cancelling halts the child. Errors of tasks that the body spawned come out
 * of `run()`, where they can be caught. What Trio does otherwise: a scope cancelled before it is entered skips its body
 * instead of running it to its first checkpoint, and cleanup is never interrupted by the cancellation it belongs to.
 */
export class CancelScope {
  /** What is being done, for errors and reports; may change as the body goes on. */
  label: string;
  #cancelCalled = false;
  #cancelledCaught = false;
  #entered = false;
  #isOver = false;
  #interrupt = noop;
  readonly #alarm = new Alarm(() => this.cancel());

  /** @param deadlineMs on the clock of `performance.now()`; none by default */
  constructor({ deadlineMs, label = "scope" }: { readonly deadlineMs?: number; readonly label?: string } = {}) {
    this.label = label;
    if (deadlineMs !== undefined) this.deadlineMs = deadlineMs;
  }

  get deadlineMs(): number {
    return this.#alarm.deadlineMs;
  }

  set deadlineMs(deadlineMs: number) {
    if (Number.isNaN(deadlineMs)) throw new AgentError("E_DEADLINE", `The deadline of ${this.label} is not a number.`);
    if (!this.#cancelCalled && !this.#isOver) this.#alarm.set(deadlineMs);
  }

  get cancelCalled(): boolean {
    return this.#cancelCalled;
  }

  /** Was the body cut short by this very scope? False when it ended first, or when an outer halt was at work. */
  get cancelledCaught(): boolean {
    return this.#cancelledCaught;
  }

  /** Calls the body off. May be called from anywhere, any number of times. */
  cancel(): void {
    this.#cancelCalled = true;
    this.#alarm.clear();
    this.#interrupt();
  }

  /**
   * @returns what the body returned, or `undefined` when it was called off (`cancelledCaught` says which)
   * @throws what the body or a task it spawned threw; an `AggregateError` when it was more than one error
   */
  *run<T>(body: (scope: CancelScope) => Operation<T>): Operation<T | undefined> {
    if (this.#entered) throw new AgentError("E_SCOPE_REUSED", `The cancel scope "${this.label}" was entered twice.`);
    this.#entered = true;
    const self = this;
    let ended: { readonly value: T } | undefined;
    try {
      if (!this.#expired()) {
        const child = new ContainedChild(yield* useScope(), this.label, this.#alarm);
        this.#interrupt = () => child.interrupt();
        yield* child.run(function* () {
          ended = { value: yield* body(self) };
        }, true);
      }
    } finally {
      this.#isOver = true;
      this.#interrupt = noop;
      this.#alarm.clear();
    }
    this.#cancelledCaught = ended === undefined;
    return ended?.value;
  }

  #expired(): boolean {
    if (this.#alarm.deadlineMs <= performance.now()) this.cancel();
    return this.#cancelCalled;
  }
}
