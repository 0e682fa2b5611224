import { createContext, type Effect, type Operation, type Scope, useScope } from "effection";
import { AgentError } from "../../toolkit/errors.ts";
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
 * @throws {AgentError} `E_DEADLINE` when the timeout is not a number
 */
export function runHandle<Input, Raw, Output>(
  handle: Handle<Input, Raw, Output>,
  input: Input,
  { timeoutMs }: { readonly timeoutMs?: number } = {},
): Operation<Output> {
  return timeoutMs === undefined ? runPhases(handle, input) : runTimed(handle, input, timeoutMs);
}

function* runPhases<Input, Raw, Output>(handle: Handle<Input, Raw, Output>, input: Input): Operation<Output> {
  yield* handle.preHook();
  return yield* handle.postHook(yield* handle.handle(input));
}

function* runTimed<Input, Raw, Output>(
  handle: Handle<Input, Raw, Output>,
  input: Input,
  timeoutMs: number,
): Operation<Output> {
  if (Number.isNaN(timeoutMs)) throw new AgentError("E_DEADLINE", `The timeout of ${handle.name} is not a number.`);
  const run: TimedRun<Output> = { phase: "preHook", result: undefined, phaseBegins: undefined, isTakenOver: false };
  const steps = stepsOf(run, handle, input);
  // What does not wait, as with most messages of a busy source, needs neither child nor timer: 7 µs less.
  const first = steps.next();
  try {
    if (!first.done) yield* (yield* useTimedRuns()).run(run, goOn(run, steps, first), timeoutMs);
  } finally {
    // A halt before the child had its first turn. From then on it is the child's alone: it may be in the middle of a cleanup.
    if (!run.isTakenOver) steps.return();
  }
  if (run.result === undefined) throw new TooSlowError(`${handle.name}.${run.phase}`, timeoutMs);
  return run.result.output;
}

type Steps = Generator<Effect<unknown>, void, unknown>;

interface TimedRun<Output> {
  phase: "preHook" | "handle" | "postHook";
  result: { readonly output: Output } | undefined;
  /** Is called when another phase begins. */
  phaseBegins: (() => void) | undefined;
  /** Has the child gone on with what was begun by hand? */
  isTakenOver: boolean;
}

function* stepsOf<Input, Raw, Output>(run: TimedRun<Output>, handle: Handle<Input, Raw, Output>, input: Input): Steps {
  yield* handle.preHook();
  run.phase = "handle";
  run.phaseBegins?.();
  const raw = yield* handle.handle(input);
  run.phase = "postHook";
  run.phaseBegins?.();
  run.result = { output: yield* handle.postHook(raw) };
}

/** The rest of what was begun by hand; `first` is what it waits for. */
function goOn(run: TimedRun<unknown>, steps: Steps, first: IteratorResult<Effect<unknown>, void>): Operation<void> {
  const next = (value: unknown) => {
    if (run.isTakenOver) return steps.next(value);
    run.isTakenOver = true;
    return first;
  };
  const rest = { next, throw: (error: unknown) => steps.throw(error), return: () => steps.return() };
  return { [Symbol.iterator]: () => rest };
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
    this.#child = new ContainedChild(owner, "handle", this.#alarm);
  }

  *run(run: TimedRun<unknown>, rest: Operation<void>, timeoutMs: number): Operation<void> {
    const phaseBegins = () => this.#alarm.set(performance.now() + timeoutMs);
    run.phaseBegins = phaseBegins;
    try {
      phaseBegins();
      yield* this.#child.run(() => rest);
    } finally {
      this.#alarm.clear();
    }
  }
}
