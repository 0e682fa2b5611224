import { action, type Operation, type Task as RunningTask, type Scope, useScope } from "effection";
import { catchChildErrors, hasChildren, onScopeEnd } from "./effection-internals.ts";
import { type Alarm, AlarmContext } from "./scopes/alarm.ts";

const noop = () => {};

/**
 * Runs bodies, one at a time, in a child task of its owner: so each can be called off alone, and what a task that it
 * spawned throws can be caught. A body that fails, is called off or leaves something open takes the child with it; the
 * others share one, since to open a child costs more than ten turns in it.
 */
export class ContainedChild {
  readonly #owner: Scope;
  readonly #label: string;
  readonly #alarm: Alarm | undefined;
  #worker: Worker | undefined;

  /**
   * @param owner the scope of the task that is going to call `run`
   * @param alarm the deadline that the bodies work against, if they have one
   */
  constructor(owner: Scope, label: string, alarm?: Alarm) {
    this.#owner = owner;
    this.#label = label;
    this.#alarm = alarm;
    if (alarm !== undefined) alarm.outer = owner.get(AlarmContext);
  }

  /**
   * Returns when the body has ended or was called off, with all that it opened. A halt passes through; what had failed
   * before then, or fails in the cleanup, is thrown to whoever halts.
   * @param isLast no other body follows, so the child is not kept
   * @throws what the body or a task it spawned threw; an `AggregateError` when it was more than one error
   */
  *run(body: () => Operation<void>, isLast = false): Operation<void> {
    // Keep the check: a task that has lost a halt may come back while its last body is still being halted.
    if (this.#worker === undefined || this.#worker.isBusy)
      this.#worker = new Worker(this.#owner, this.#label, this.#alarm);
    const worker = this.#worker;
    let hasCome = false;
    try {
      yield* worker.start(body, isLast);
      hasCome = true;
    } finally {
      if (!hasCome) worker.leave();
    }
    if (isLast || worker.isBusy || worker.leftSomethingOpen) yield* this.end();
    throwAll(worker.takeErrors(), `${this.#label} failed.`);
  }

  /** Calls the running body off; from anywhere. */
  interrupt(): void {
    this.#worker?.interrupt();
  }

  /** Ends the child and waits for that. The end of its owner does the same. */
  *end(): Operation<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker !== undefined) yield* worker.end();
  }
}

class Worker {
  readonly #task: RunningTask<void>;
  readonly #untilNextBody: Operation<void>;
  readonly #untilOver: Operation<void>;
  #scope: Scope | undefined;
  #errors: unknown[] = [];
  /** What was thrown when its scope ended. */
  #errorsAtEnd: readonly unknown[] = [];
  #body: (() => Operation<void>) | undefined;
  #isLast = false;
  #hasLeft = false;
  #isLeft = false;
  #wakeWorker = noop;
  #wakeOwner = noop;

  constructor(owner: Scope, label: string, alarm: Alarm | undefined) {
    this.#untilNextBody = action((resolve) => {
      this.#wakeWorker = resolve;
      return noop;
    }, "the next body");
    this.#untilOver = action((resolve) => {
      this.#wakeOwner = resolve;
      return noop;
    }, label);
    this.#task = owner.run(() => this.#work(alarm));
  }

  /** Is there a body that has not ended well? */
  get isBusy(): boolean {
    return this.#body !== undefined;
  }

  get leftSomethingOpen(): boolean {
    return this.#scope === undefined || hasChildren(this.#scope);
  }

  takeErrors(): readonly unknown[] {
    const errors = this.#errors;
    if (errors.length > 0) this.#errors = [];
    return errors;
  }

  interrupt(): void {
    this.#wakeOwner();
  }

  /** @returns what waits until the body has ended or is to be ended */
  start(body: () => Operation<void>, isLast: boolean): Operation<void> {
    this.#body = body;
    this.#isLast = isLast;
    this.#wakeWorker();
    return this.#untilOver;
  }

  /** Nobody brings another body. One that comes to its end all the same, having lost its halt, is not to wait for the next. */
  leave(): void {
    this.#isLeft = true;
  }

  *end(): Operation<void> {
    this.leave();
    if (this.#hasLeft) return yield* this.#task; // cheaper than a halt
    const errors = [...this.takeErrors()];
    try {
      yield* this.#task.halt();
    } catch (error) {
      errors.push(...(this.#errorsAtEnd.length > 1 ? this.#errorsAtEnd : [error]));
    } finally {
      this.#errors.unshift(...errors); // For `run`, or for the end of the task when the owner is halted meanwhile.
    }
  }

  /** Fails only when it is halted: with what fails then, and with what nobody has taken. */
  *#work(alarm: Alarm | undefined): Operation<void> {
    this.#scope = yield* catchChildErrors((error) => this.#note(error));
    if (alarm !== undefined) this.#scope.set(AlarmContext, alarm);
    onScopeEnd(this.#scope, () => {
      this.#errorsAtEnd = this.takeErrors();
      throwAll(this.#errorsAtEnd, "Several tasks failed.");
    });
    try {
      while (true) {
        if (this.#body !== undefined) yield* this.#body();
        this.#body = undefined;
        this.#hasLeft = this.#isLast && !this.leftSomethingOpen;
        this.#wakeOwner();
        if (this.#hasLeft || this.#isLeft) return;
        yield* this.#untilNextBody;
      }
    } catch (error) {
      this.#note(error);
      // The owner has its turn now, and halts this task. Keep from waiting for that: the error may come from the cleanup
      // after a halt, which has been lost with it, and nobody would come.
      yield* useScope();
    }
  }

  #note(error: unknown): void {
    this.#errors.push(error);
    this.#wakeOwner();
  }
}

function throwAll(errors: readonly unknown[], message: string): void {
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors, message);
}
