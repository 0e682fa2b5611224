import { action, createContext, type Operation, type Task as RunningTask, type Scope, spawn } from "effection";
import { AgentError } from "../../toolkit/errors.ts";
import { catchChildErrors, onScopeEnd } from "./effection-internals.ts";

const noop = () => {};

export type Startable = Operation<unknown> | (() => Operation<unknown>);

export interface Nursery {
  /** Starts a child once the caller next waits. It may be called as long as the nursery has not closed, from any task. */
  startSoon(child: Startable, options?: { readonly name?: string }): void;
  /**
   * Starts a child and waits until it calls `started(value)`; that value is the result.
   * @throws what the child threw before `started`; `E_NOT_STARTED` when it ended without calling it
   */
  start<V>(
    child: (started: (value: V) => void) => Operation<unknown>,
    options?: { readonly name?: string },
  ): Operation<V>;
  /** Halts the body and all children; the nursery then closes without an error. */
  cancel(): void;
  /** The names of the children that have not ended, the body included. */
  readonly children: readonly string[];
}

/** The name under which the running task was started, for reports on what an agent is doing. */
export const TaskNameContext = createContext<string>("observability-agents.task-name");

/** The names of all nursery children that the running task is in, the outermost first. */
export const TaskPathContext = createContext<readonly string[]>("observability-agents.task-path", []);

/**
 * Runs `body`, which may start children, and waits for it and for all of them. When one fails, the others are halted.
 * @returns what the body returned; `undefined` when `cancel()` cut it short
 * @throws {AggregateError} whenever anything failed: every error of body, children and their cleanup, in order
 */
export function* openNursery<T>(body: (nursery: Nursery) => Operation<T>): Operation<T | undefined> {
  const nursery = new OpenNursery();
  let result: T | undefined;
  const task = yield* spawn(() =>
    nursery.run(function* () {
      result = yield* body(nursery);
    }),
  );
  yield* task;
  nursery.throwErrors();
  return result;
}

/** What the body is called among the children. */
const BODY = "body";

interface Child {
  readonly name: string;
  readonly ended: () => void;
  /** Set once its end is sure to be noticed. One halted before would vanish without a word. */
  started: boolean;
  /** Its body is over: what it had opened is ended by itself. A halt in the middle of that would cost all errors but one. */
  isEnding: boolean;
  task?: RunningTask<void>;
}

class OpenNursery implements Nursery {
  #scope: Scope | undefined;
  readonly #children = new Set<Child>();
  readonly #errors: unknown[] = [];
  #cancelCalled = false;
  /** The children that were told to end, once any were. */
  #halted: RunningTask<void>[] | undefined;
  #wake = noop;

  get children(): readonly string[] {
    return Array.from(this.#children, (child) => child.name);
  }

  startSoon(child: Startable, { name = "child" }: { readonly name?: string } = {}): void {
    this.#launch(name, typeof child === "function" ? child : () => child, noop);
  }

  *start<V>(
    child: (started: (value: V) => void) => Operation<unknown>,
    { name = "child" }: { readonly name?: string } = {},
  ): Operation<V> {
    let report: (outcome: () => V) => void = noop;
    let reported = false;
    let isGivenUp = false;
    /** What the child threw, until it is thrown here. */
    let untold: { readonly error: unknown } | undefined;
    const settle = (outcome: () => V) => {
      if (reported) return;
      reported = true;
      report(outcome);
    };
    const fail = (error: unknown) =>
      settle(() => {
        throw error;
      });
    function* body(): Operation<void> {
      try {
        yield* child((value) => settle(() => value));
      } catch (error) {
        if (reported || isGivenUp) throw error;
        untold = { error };
        fail(error);
      }
    }
    const task = this.#launch(name, body, () => {
      fail(new AgentError("E_NOT_STARTED", `The child "${name}" ended without calling started().`));
    });
    try {
      const outcome = yield* action<() => V>((resolve) => {
        report = resolve; // The child has not begun: it does so once this task waits.
        return noop;
      }, `start of ${name}`);
      untold = undefined;
      return outcome();
    } finally {
      isGivenUp = true;
      if (untold !== undefined) this.#fail(untold.error);
      // Halted while waiting: the child goes too.
      if (!reported) haltSoon(task);
    }
  }

  cancel(): void {
    this.#cancelCalled = true;
    this.#wake();
  }

  throwErrors(): void {
    if (this.#errors.length > 0) throw new AggregateError(this.#errors, describe(this.#errors));
  }

  /** The task that owns the children. It fails only when it is halted itself and a child's cleanup fails. */
  *run(body: () => Operation<void>): Operation<void> {
    let closed = false;
    this.#scope = yield* catchChildErrors((error) => this.#fail(error));
    onScopeEnd(this.#scope, () => {
      for (const child of this.#children) child.ended(); // those that were halted before they began
      if (!closed) this.throwErrors();
    });
    this.#launch(BODY, body, noop);
    try {
      while (this.#children.size > 0) {
        yield* this.#untilWoken();
        if (this.#cancelCalled) this.#halted ??= this.#haltChildren();
      }
    } finally {
      // Effection would halt one after the other, and let the others work on while it waits for that one's cleanup.
      this.#haltChildren();
    }
    if (this.#halted !== undefined) yield* this.#collectCleanupErrors(this.#halted);
    closed = true;
    this.#scope = undefined;
  }

  #launch(name: string, body: () => Operation<unknown>, ended: () => void): RunningTask<void> {
    const scope = this.#scope;
    if (scope === undefined) {
      throw new AgentError("E_NURSERY_CLOSED", `Cannot start "${name}": the nursery has closed. Start it earlier.`);
    }
    const nursery = this;
    const child: Child = { name, ended, started: false, isEnding: false };
    this.#children.add(child);
    const task = scope.run(function* () {
      const own = yield* catchChildErrors((error) => nursery.#fail(error));
      onScopeEnd(own, () => {
        ended();
        nursery.#children.delete(child);
        if (nursery.#children.size === 0) nursery.#wake();
      });
      child.started = true;
      own.set(TaskNameContext, name);
      if (name !== BODY) own.set(TaskPathContext, [...own.expect(TaskPathContext), name]);
      if (nursery.#cancelCalled) return;
      try {
        yield* body();
        child.isEnding = true;
      } catch (error) {
        child.isEnding = true;
        nursery.#fail(error);
      }
    });
    child.task = task;
    // Started from outside Effection, it has begun, and what it did may have had the children halted without it.
    if (child.started && this.#halted !== undefined) {
      this.#halted.push(task);
      haltSoon(task);
    }
    return task;
  }

  #fail(error: unknown): void {
    this.#errors.push(error);
    this.cancel();
  }

  /** Keep the halts here: a child that halts itself in the middle of a step would leave its current effect behind. */
  #haltChildren(): RunningTask<void>[] {
    const started = [...this.#children].filter((child) => child.started && !child.isEnding);
    const tasks = started.map((child) => child.task).filter((task) => task !== undefined);
    for (const task of tasks.toReversed()) haltSoon(task);
    return tasks;
  }

  /** Errors of the child's own code are here already; what it spawned may have failed while it was halted. */
  *#collectCleanupErrors(halted: readonly RunningTask<void>[]): Operation<void> {
    for (const task of halted) {
      try {
        yield* task.halt();
      } catch (error) {
        this.#errors.push(error);
      }
    }
  }

  *#untilWoken(): Operation<void> {
    yield* action<void>((resolve) => {
      this.#wake = resolve;
      return noop;
    }, "nursery");
  }
}

/** Halts without waiting. */
function haltSoon(task: RunningTask<void>): void {
  task.halt().then(noop, noop);
}

function describe(errors: readonly unknown[]): string {
  const first = errors[0] instanceof Error ? errors[0].message : String(errors[0]);
  return errors.length === 1 ? first : `${errors.length} errors, the first: ${first}`;
}
