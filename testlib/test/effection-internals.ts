import { type Coroutine, createContext, createScope, global, type Scope } from "effection";
import { api } from "effection/experimental";

/**
 * The places where the test function leans on how Effection 4.1 works inside, to say what tasks there are and what they
 * wait for. Effection finds contexts by name, so a context of the same name reads its own. When a release changes any of
 * this, reports lose their lists of tasks and `tests/unit/testlib/test/tasks.test.ts` fails; other tests go on.
 */
const ChildrenContext = createContext<ReadonlySet<Scope>>("@effection/scope.children");

interface Reducer {
  schedule(coroutine: Coroutine): void;
}
const ReducerContext = createContext<Reducer>("@effection/reducer");

export function childScopes(scope: Scope): readonly Scope[] {
  return Array.from(scope.get(ChildrenContext) ?? []);
}

/** The scopes of the tasks that `run()` has started and that have not ended, and of every `createScope()`. */
export function rootScopes(): readonly Scope[] {
  return childScopes(global);
}

/** Calls `scheduled` whenever a task below the scope is about to run; the first time, on the stack of who spawned it. */
export function watchTasks(scope: Scope, scheduled: (coroutine: Coroutine) => void): void {
  const reducer = findReducer();
  if (reducer === undefined) return;
  scope.set(ReducerContext, {
    schedule(coroutine) {
      scheduled(coroutine);
      reducer.schedule(coroutine);
    },
  });
}

/** Effection keeps its reducer as the default of a context it does not export; a task that starts looks it up. */
function findReducer(): Reducer | undefined {
  let found: unknown;
  const [scope, destroy] = createScope();
  scope.around(api.Scope, {
    create(args, next) {
      const created = next(...args);
      const [child] = created;
      const { expect } = child;
      child.expect = (context) => {
        if (context.name === ReducerContext.name) found = context.defaultValue;
        return expect(context);
      };
      return created;
    },
  });
  scope.run(function* () {});
  destroy().catch(() => {});
  return isReducer(found) ? found : undefined;
}

function isReducer(value: unknown): value is Reducer {
  return typeof value === "object" && value !== null && "schedule" in value && typeof value.schedule === "function";
}
