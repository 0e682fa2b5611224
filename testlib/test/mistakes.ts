import type { Operation } from "effection";
import { AgentError, nearestName } from "../../toolkit/index.ts";
import { framesOf } from "../clock/index.ts";

/** What can be wrong with a test, and what to do about it. */

export function checkBody(operation: unknown): asserts operation is Operation<unknown> {
  if (!isOperation(operation)) throw notABody();
}

/** For what names fixtures: to find out which, it is called before they are there. */
export function checkGenerator(run: (...parameters: never[]) => unknown): void {
  if (Object.prototype.toString.call(run) !== "[object GeneratorFunction]") throw notABody();
}

export function checkFixture(name: string, operation: unknown): asserts operation is Operation<unknown> {
  if (isOperation(operation)) return;
  throw new AgentError("E_FIXTURE_BODY", `A fixture is a generator function: *${name}({ log }) { … return value; }.`);
}

function isOperation(value: unknown): value is Operation<unknown> {
  if (value instanceof Promise) value.catch(() => {});
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function notABody(): AgentError {
  return new AgentError(
    "E_TEST_BODY",
    "The body of a test is a generator function: test(name, function* ({ clock }) { … }). For a plain or async function, import test from vitest.",
  );
}

export function unknownFixture(name: string, known: readonly string[]): AgentError {
  const nearest = nearestName(name, known);
  const didYouMean = nearest === undefined ? "" : `Did you mean ${nearest}? `;
  return new AgentError(
    "E_FIXTURE_UNKNOWN",
    `There is no fixture ${name}. ${didYouMean}The fixtures are ${known.toSorted().join(", ")}; test.extend({ *${name}() { … } }) gives one more.`,
  );
}

export function fixtureNotNamed(name: string): AgentError {
  return new AgentError(
    "E_FIXTURE_NOT_NAMED",
    `The fixture ${name} has to be there before the body begins: name it in the parameter list, function* ({ ${name} }) { … }.`,
  );
}

export function fixtureTaken(name: string): AgentError {
  return new AgentError("E_FIXTURE_TAKEN", `There is a fixture ${name} already; give yours another name.`);
}

export function clockInConcurrentTest(): AgentError {
  return new AgentError(
    "E_CLOCK_CONCURRENT",
    "The clock replaces global timers, and tests that run at the same time share those. Make this test sequential, or do without the clock.",
  );
}

/** fake-timers refuses a second installation, in words that do not help here. */
export function explainSecondClock(error: unknown): unknown {
  if (!(error instanceof TypeError) || !error.message.includes("fake timers twice")) return error;
  return new AgentError(
    "E_CLOCK_TWICE",
    "This test has virtual time already, through its clock. Take vi.useFakeTimers() away; use clock.advance(ms) and clock.now().",
    { cause: error },
  );
}

export function tooSlow(timeoutMs: number): AgentError {
  return new AgentError(
    "E_TEST_TIMEOUT",
    `The test took more than ${timeoutMs} ms of real time. See what its tasks wait for, or give it more: test(name, { timeoutMs }, body).`,
  );
}

export function cleanupTooSlow(maxMs: number): AgentError {
  return new AgentError(
    "E_TEST_CLEANUP",
    `The test was halted, and ${maxMs} ms of real time later its cleanup had not ended. It is left behind. See what it waits for.`,
  );
}

export function clockStillHeld(): AgentError {
  return new AgentError(
    "E_TEST_LEFTOVERS",
    "The test has ended and time is still held. Call what clock.hold() returned, or use clock.held(operation).",
  );
}

export function timersLeft(timers: string): AgentError {
  return new AgentError(
    "E_TEST_LEFTOVERS",
    `The test has ended, all its tasks are halted, and these timers are still pending. Clear each where its operation ends:\n${timers}`,
  );
}

export function tasksLeft(count: number): AgentError {
  return new AgentError(
    "E_TEST_LEFTOVERS",
    `The test has ended, and ${count} task(s) or scope(s) opened in it by run() or createScope() have not. Use spawn(), which ends with the test, or halt them.`,
  );
}

export interface TestState {
  readonly tasks: string;
  readonly holds: readonly string[];
  /** Made where the test is defined. */
  readonly definedAt: Error;
}

/** Completes an error that is about the test as a whole: it gets the state of the test, and points at the test. */
export function withState(error: unknown, { tasks, holds, definedAt }: TestState): unknown {
  if (!(error instanceof AgentError) || !/^E_(CLOCK|TEST|FIXTURE)_/.test(error.code)) return error;
  if (holds.length > 0) error.message += `\nTime is held: ${holds.join(", ")}.`;
  if (tasks !== "") error.message += `\nTasks:\n${tasks}`;
  error.stack = [`${error.name}: ${error.message}`, ...framesOf(definedAt)].join("\n");
  return error;
}

/** Throws what there is to throw, and loses none of it. */
export function throwAll(errors: readonly unknown[]): void {
  const [first, ...more] = new Set(errors);
  if (more.length > 0) throw new AggregateError([first, ...more], [first, ...more].map(messageOf).join("\n"));
  if (errors.length > 0) throw first;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
