import { action, type Operation, spawn } from "effection";
import { AgentError } from "../../../toolkit/errors.ts";
import { catchChildErrors } from "../effection-internals.ts";
import type { Settled } from "../settle.ts";
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
  #wake = noop;
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
    if (!this.#cancelCalled) this.#alarm.set(deadlineMs);
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
    this.#wake();
  }

  /**
   * @returns what the body returned, or `undefined` when it was called off (`cancelledCaught` says which)
   * @throws what the body or a task it spawned threw; an `AggregateError` when it was more than one error
   */
  *run<T>(body: (scope: CancelScope) => Operation<T>): Operation<T | undefined> {
    if (this.#entered) throw new AgentError("E_SCOPE_REUSED", `The cancel scope "${this.label}" was entered twice.`);
    this.#entered = true;
    try {
      if (this.#expired()) {
        this.#cancelledCaught = true;
        return undefined;
      }
      const settled = yield* this.#runBody(body);
      if (settled === undefined) {
        this.#cancelledCaught = true;
        return undefined;
      }
      if (!settled.ok) throw settled.error;
      return settled.value;
    } finally {
      this.#alarm.clear();
    }
  }

  #expired(): boolean {
    if (this.#alarm.deadlineMs <= performance.now()) this.cancel();
    return this.#cancelCalled;
  }

  *#runBody<T>(body: (scope: CancelScope) => Operation<T>): Operation<Settled<T> | undefined> {
    const self = this;
    const errors: unknown[] = [];
    let ended: Settled<T> | undefined;
    const child = yield* spawn(function* () {
      try {
        yield* catchChildErrors((error) => {
          errors.push(error);
          self.#wake();
        });
        ended = { ok: true, value: yield* body(self) };
      } catch (error) {
        ended = { ok: false, error };
        errors.push(error);
      } finally {
        self.#wake();
      }
    });
    const isOver = () => ended !== undefined || errors.length > 0 || this.#cancelCalled;
    yield* action<void>((resolve) => {
      this.#wake = resolve;
      if (isOver()) resolve();
      return () => {
        this.#wake = noop;
      };
    }, this.label);
    // Both wait for the cleanup of all that the body opened.
    if (ended !== undefined) yield* child;
    else yield* haltInto(errors, child);
    if (errors.length === 0) return ended;
    return { ok: false, error: errors.length === 1 ? errors[0] : new AggregateError(errors, `${this.label} failed.`) };
  }
}

function* haltInto(errors: unknown[], child: { halt(): Operation<void> }): Operation<void> {
  try {
    yield* child.halt();
  } catch (error) {
    if (!errors.includes(error)) errors.push(error);
  }
}
