import { type Coroutine, createContext, type Effect, type Scope } from "effection";
import { callSite, here } from "../clock/index.ts";
import { childScopes, watchTasks } from "./effection-internals.ts";

/** The same as the framework's context of that name. Not imported: a test of the toolkit should not load the framework. */
const TaskNameContext = createContext<string>("observability-agents.task-name");

/** Effection has a dozen of its own between `spawn` and where we hear of it. */
const FRAMES = 20;

interface KnownTask {
  readonly isBody: boolean;
  readonly spawned: Error;
  effect: Effect<unknown> | undefined;
}

/** Knows what tasks there are below a scope, where each was spawned, and what it waits for. */
export class TaskTree {
  readonly #root: Scope;
  readonly #byCoroutine = new WeakMap<Coroutine, KnownTask>();
  readonly #byScope = new WeakMap<Scope, KnownTask>();

  constructor(root: Scope) {
    this.#root = root;
    watchTasks(root, (coroutine) => {
      if (!this.#byCoroutine.has(coroutine)) this.#add(coroutine);
    });
  }

  /** One line a task, children below their parent; `""` when there is none. */
  describe(): string {
    return this.#describeBelow(this.#root, "  ").join("\n");
  }

  #add(coroutine: Coroutine): void {
    const isBody = childScopes(this.#root).includes(coroutine.scope);
    const task: KnownTask = { isBody, spawned: here(FRAMES), effect: undefined };
    this.#byCoroutine.set(coroutine, task);
    this.#byScope.set(coroutine.scope, task);
    const perform = coroutine.perform.bind(coroutine);
    coroutine.perform = (effect) => {
      task.effect = effect;
      perform(effect);
    };
  }

  #describeBelow(scope: Scope, indent: string): string[] {
    return childScopes(scope).flatMap((child) => {
      const task = this.#byScope.get(child);
      // A scope without a task of its own is that of a `scoped()` call.
      if (task === undefined) return this.#describeBelow(child, indent);
      const line = `${indent}${this.#nameOf(child, task)} waits for ${waitsFor(task)}`;
      return [line, ...this.#describeBelow(child, `${indent}  `)];
    });
  }

  #nameOf(scope: Scope, task: KnownTask): string {
    if (task.isBody) return "the body";
    if (scope.hasOwn(TaskNameContext)) return `"${scope.get(TaskNameContext)}"`;
    return `a task spawned at ${callSite(task.spawned)}`;
  }
}

/** Effection puts its own words around the description of an action. */
function waitsFor(task: KnownTask): string {
  const description = task.effect?.description ?? "its first step";
  return /^do <(.*)>$/.exec(description)?.[1] ?? description;
}
