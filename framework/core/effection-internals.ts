import { createContext, type Operation, type Task as RunningTask, type Scope, useScope } from "effection";

/**
 * The four places where the core leans on how Effection 4.1 works inside. `package.json` pins `~4.1`, and
 * `tests/unit/framework/core/conformance.test.ts` fails when a release changes any of them.
 */

interface ErrorBoundary {
  raise(error: unknown): void;
}

/** Effection finds contexts by name: this is the one through which a task reports its failure to its owner. */
const ErrorBoundaryContext = createContext<ErrorBoundary>("@effection/error-boundary");

/** What the running task has spawned and opened, and what halts it all: found by name as well. */
const TaskGroupContext = createContext<unknown>("@effection/task-group");

interface TaskGroup {
  readonly tasks: Set<RunningTask<unknown>>;
  halt(): Operation<void>;
}

/**
 * From now on, the failure of a task that the running task spawns goes to `raise`; without this it would end the
 * running task, past every `catch`. So does what fails while these tasks are halted: Effection keeps the last of those
 * errors only. `raise` must not throw.
 */
export function* catchChildErrors(raise: (error: unknown) => void): Operation<Scope> {
  const scope = yield* useScope();
  scope.set(ErrorBoundaryContext, { raise });
  const group = scope.get(TaskGroupContext);
  if (isTaskGroup(group)) group.halt = () => haltAll(group.tasks, raise);
  return scope;
}

/** One after the other, the last first, as Effection does; and those that are spawned meanwhile. */
function* haltAll(tasks: Set<RunningTask<unknown>>, raise: (error: unknown) => void): Operation<void> {
  while (tasks.size > 0) {
    const halted = [...tasks].toReversed();
    tasks.clear();
    for (const task of halted) {
      try {
        yield* task.halt();
      } catch (error) {
        raise(error);
      }
    }
  }
}

function isTaskGroup(group: unknown): group is TaskGroup {
  return (
    typeof group === "object" && group !== null && "tasks" in group && group.tasks instanceof Set && "halt" in group
  );
}

/**
 * Calls `finished` when the scope and all in it have ended. Effection's own `ensure()` does the same for 40 µs, since
 * it opens a task to wait in; this is for what happens once per nursery child.
 */
export function onScopeEnd(scope: Scope, finished: () => void): void {
  if (!hasDestructors(scope)) throw new TypeError("This release of Effection has no scope.ensure(); use ~4.1.");
  scope.ensure(function* () {
    finished();
  });
}

function hasDestructors(scope: Scope): scope is Scope & { ensure(destructor: () => Operation<void>): () => void } {
  return "ensure" in scope && typeof scope.ensure === "function";
}

/** The scopes below a scope, found by name as well. */
const ChildrenContext = createContext<ReadonlySet<Scope>>("@effection/scope.children");

/** The scopes of what lives below a scope: tasks, resources, `ensure()`s; none, where Effection does not tell. */
export function childrenOf(scope: Scope): readonly Scope[] {
  return [...(scope.get(ChildrenContext) ?? [])];
}

/** Does anything live below the scope: a task, a resource, an `ensure()`? Yes, where Effection does not tell. */
export function hasChildren(scope: Scope): boolean {
  return scope.get(ChildrenContext)?.size !== 0;
}
