import type { Scope } from "effection";
import { childrenOf } from "./effection-internals.ts";
import { TaskPathContext } from "./nursery.ts";

/** Longer lists nobody reads. */
const MOST = 20;

/**
 * What goes on below a scope, for a report on an agent that does not end: the innermost nursery children, each with those
 * that it runs in before it, `databricks > run 7`. Of siblings whose names differ in a number only, the first stands for all.
 */
export function runningTasks(scope: Scope): readonly string[] {
  const unlike = new Map<string, string>();
  for (const path of innermostPaths(scope)) {
    const name = path.join(" > ");
    const kind = name.replace(/\d+/g, "#");
    if (!unlike.has(kind)) unlike.set(kind, name);
  }
  const names = [...unlike.values()];
  return names.length <= MOST ? names : [...names.slice(0, MOST), `${names.length - MOST} more`];
}

function innermostPaths(scope: Scope): readonly (readonly string[])[] {
  const path = scope.expect(TaskPathContext);
  return childrenOf(scope).flatMap((child) => {
    const below = innermostPaths(child);
    const own = child.expect(TaskPathContext);
    return below.length > 0 || own.length === path.length ? below : [own];
  });
}
