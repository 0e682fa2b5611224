import { test as vitestTest } from "vitest";
import { here } from "../clock/index.ts";
import { FixtureSet } from "./fixture-set.ts";
import { throwAll } from "./mistakes.ts";
import type { Callable } from "./parameter-names.ts";
import { TestRun } from "./test-run.ts";
import type { ClockFixture, DefineTest, RowBody, Test, TestBody, TestOptions } from "./types.ts";

const DEFAULT_TIMEOUT_MS = 30_000;
const CLEANUP_MS = 5_000;
/** Of the stack that leads to the definition of a test. */
const FRAMES = 4;
/** vitest's own timeout comes later than ours, which can say more; it is for a body that blocks the event loop. */
const VITEST_GRACE_MS = 5_000;

interface RunContext {
  readonly task: { readonly concurrent?: boolean | undefined };
  onTestFinished(finish: () => Promise<void>): void;
}

export interface DefinedTest extends TestOptions {
  readonly fixtures: FixtureSet;
  readonly body: Callable;
  /** Made where the test is defined. */
  readonly definedAt: Error;
}

/** Runs a test as vitest would run an async function. */
export async function runTest(context: RunContext, { timeoutMs = DEFAULT_TIMEOUT_MS, ...test }: DefinedTest) {
  const concurrent = context.task.concurrent === true;
  const run = new TestRun({ ...test, timeoutMs, cleanupMs: CLEANUP_MS, concurrent });
  // For a test that vitest itself has cut short.
  context.onTestFinished(async () => {
    await run.end();
  });
  await run.runBody();
  throwAll(await run.end());
}

type VitestTest = Pick<typeof vitestTest, "for"> &
  ((name: string, options: object, run: (context: RunContext) => unknown) => void);

function define<Known>(vitest: VitestTest, fixtures: FixtureSet): DefineTest<Known> {
  function test(name: string, ...rest: [TestBody<Known>] | [TestOptions, TestBody<Known>]): void {
    const [options, run] = rest.length === 1 ? [{}, rest[0]] : rest;
    const defined = { ...options, fixtures, definedAt: here(FRAMES), body: { run, row: [] } };
    vitest(name, toVitest(options), (context) => runTest(context, defined));
  }
  function each<Row>(rows: readonly Row[]) {
    return (name: string, ...rest: [RowBody<Row, Known>] | [TestOptions, RowBody<Row, Known>]): void => {
      const [options, run] = rest.length === 1 ? [{}, rest[0]] : rest;
      const defined = { ...options, fixtures, definedAt: here(FRAMES) };
      vitest.for(rows)(name, toVitest(options), (row, context) =>
        runTest(context, { ...defined, body: { run, row: [row] } }),
      );
    };
  }
  return Object.assign(test, { each });
}

function toVitest({ timeoutMs = DEFAULT_TIMEOUT_MS }: TestOptions): { readonly timeout: number } {
  return { timeout: timeoutMs + VITEST_GRACE_MS };
}

function testWith<Known>(fixtures: FixtureSet): Test<Known> {
  return Object.assign(define<Known>(vitestTest, fixtures), {
    only: define<Known>(vitestTest.only, fixtures),
    skip: define<Known>(vitestTest.skip, fixtures),
    concurrent: define<Known>(vitestTest.concurrent, fixtures),
    extend: (own: Parameters<FixtureSet["with"]>[0]) => testWith<never>(fixtures.with(own)),
  });
}

/** vitest's `test` for bodies that are Effection operations, with one fixture: `function* ({ clock }) { … }`. */
export const clockTest: Test<ClockFixture> = testWith(new FixtureSet());
