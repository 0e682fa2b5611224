import { createContext, type Operation, type Scope, useScope } from "effection";

/**
 * The three places where the core leans on how Effection 4.1 works inside. `package.json` pins `~4.1`, and
 * `tests/unit/framework/core/conformance.test.ts` fails when a release changes any of them.
 */

interface ErrorBoundary {
  raise(error: unknown): void;
}

/** Effection finds contexts by name: this is the one through which a task reports its failure to its owner. */
const ErrorBoundaryContext = createContext<ErrorBoundary>("@effection/error-boundary");

/**
 * From now on, the failure of a task that the running task spawns goes to `raise`; without this it would end the
 * running task, past every `catch`. `raise` must not throw.
 */
export function* catchChildErrors(raise: (error: unknown) => void): Operation<Scope> {
  const scope = yield* useScope();
  scope.set(ErrorBoundaryContext, { raise });
  return scope;
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
