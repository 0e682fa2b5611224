import { createContext, type Operation } from "effection";

/** What stands behind units of work: `framework/delivery` gives each run one. Without it, a unit is just its body. */
export interface UnitsOfWork {
  run<T>(body: () => Operation<T>): Operation<T>;
  readonly watermarks: Watermarks;
}

/** Up to when each periodic task has seen everything; epoch ms. */
export interface Watermarks {
  /** Of those that are open now. */
  readonly openNames: Set<string>;
  get(name: string): number | undefined;
  /** Part of the running unit of work. */
  set(name: string, epochMs: number): Operation<void>;
}

export const UnitsOfWorkContext = createContext<UnitsOfWork>("observability-agents.units-of-work");

/**
 * Runs `body`; the events it sends and the state it changes are kept together when it ends well, and not at all when it
 * fails or is halted. Returns once they are on disk. At the end of `body`, what it has spawned is halted, not waited for:
 * use `openNursery` for children whose work belongs to it. One inside of another joins it, without a rollback of its own:
 * what it has done is kept with the outer one, also when it fails and the outer one catches that.
 */
export function* unitOfWork<T>(body: () => Operation<T>): Operation<T> {
  const units = yield* UnitsOfWorkContext.get();
  return yield* units === undefined ? body() : units.run(body);
}
