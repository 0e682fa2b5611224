import { createContext, type Scope } from "effection";

/**
 * Like `effection-internals.ts`, this leans on how Effection 4.1 works inside: it finds contexts by name, and this is the
 * one in which a scope keeps the scopes below it. `conformance.test.ts` fails when a release changes that.
 */
const ChildrenContext = createContext<ReadonlySet<Scope>>("@effection/scope.children");

/** Does anything live below the scope: a task, a resource, an `ensure()`? Yes, where Effection does not tell. */
export function hasChildren(scope: Scope): boolean {
  return scope.get(ChildrenContext)?.size !== 0;
}
