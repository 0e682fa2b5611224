import { createContext, type Operation, type Scope, useScope } from "effection";
import { ContainedChild } from "./contained-child.ts";
import { Alarm } from "./scopes/alarm.ts";
import { TooSlowError } from "./scopes/too-slow-error.ts";

/** One exchange with the outside, in three phases. Reusable: it holds no state between two runs. */
export interface Handle<Input, Raw, Output> {
  readonly name: string;
  /** What must be ready before the work starts. */
  preHook(): Operation<void>;
  /** The work: requests, look-ups, waiting for a message. */
  handle(input: Input): Operation<Raw>;
  /** Turns what came back into what the caller wants: parse, check, convert. */
  postHook(raw: Raw): Operation<Output>;
}

/**
 * Runs the three phases in order. With a timeout, what they open ends with the run; without, with the caller's scope.
 * @param options.timeoutMs allowed to each phase; no limit by default
 * @throws {TooSlowError} `E_TOO_SLOW` naming the handle and the phase, e.g. `acme.list_runs.handle`
 */
export function* runHandle<Input, Raw, Output>(
  handle: Handle<Input, Raw, Output>,
  input: Input,
  { timeoutMs }: { readonly timeoutMs?: number } = {},
): Operation<Output> {
  if (timeoutMs !== undefined) return yield* (yield* useTimedRuns()).run(handle, input, timeoutMs);
  yield* handle.preHook();
  return yield* handle.postHook(yield* handle.handle(input));
}

const TimedRunsContext = createContext<TimedRuns>("observability-agents.timed-runs");

/** Those of the running task. They end with it. */
function* useTimedRuns(): Operation<TimedRuns> {
  const scope = yield* useScope();
  const known = scope.hasOwn(TimedRunsContext) ? scope.get(TimedRunsContext) : undefined;
  return known ?? scope.set(TimedRunsContext, new TimedRuns(scope));
}

/** Runs handles against the clock in a child that lasts from one run to the next: a scope for each run costs 27 µs. */
class TimedRuns {
  readonly #child: ContainedChild;
  /** One for all phases, its deadline moved from phase to phase. */
  readonly #alarm = new Alarm(() => this.#child.interrupt());

  constructor(owner: Scope) {
    this.#child = new ContainedChild(owner, "handle");
  }

  *run<Input, Raw, Output>(handle: Handle<Input, Raw, Output>, input: Input, timeoutMs: number): Operation<Output> {
    const alarm = this.#alarm;
    let phase = "preHook";
    let result: { readonly output: Output } | undefined;
    const enter = (next: string) => {
      phase = next;
      alarm.set(performance.now() + timeoutMs);
    };
    try {
      yield* this.#child.run(function* () {
        enter("preHook");
        yield* handle.preHook();
        enter("handle");
        const raw = yield* handle.handle(input);
        enter("postHook");
        result = { output: yield* handle.postHook(raw) };
      });
    } finally {
      alarm.clear();
    }
    if (result === undefined) throw new TooSlowError(`${handle.name}.${phase}`, timeoutMs);
    return result.output;
  }
}
