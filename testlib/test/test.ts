import { test as vitestTest } from "vitest";
import { here } from "../clock/index.ts";
import { throwAll } from "./mistakes.ts";
import { TestRun } from "./test-run.ts";
import type { RowBody, TestBody, TestOptions } from "./types.ts";

const DEFAULT_TIMEOUT_MS = 10_000;
const CLEANUP_MS = 2_000;
/** Of the stack that leads to the definition of a test. */
const FRAMES = 4;
/** vitest's own timeout comes later than ours, which can say more; it is for a body that blocks the event loop. */
const VITEST_GRACE_MS = 5_000;

interface DefineTest {
  (name: string, body: TestBody): void;
  (name: string, options: TestOptions, body: TestBody): void;
  /** One test for each row; the name may have `%s` and `$property` in it. */
  each<Row>(rows: readonly Row[]): DefineRowTest<Row>;
}

interface DefineRowTest<Row> {
  (name: string, body: RowBody<Row>): void;
  (name: string, options: TestOptions, body: RowBody<Row>): void;
}

interface RunContext {
  readonly task: { readonly concurrent?: boolean | undefined };
  onTestFinished(finish: () => Promise<void>): void;
}

/** Runs a body as vitest would run an async function. */
export async function runTest(context: RunContext, options: DefinedOptions, body: TestBody): Promise<void> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, definedAt } = options;
  const concurrent = context.task.concurrent === true;
  const run = new TestRun({ ...options, timeoutMs, cleanupMs: CLEANUP_MS, concurrent, definedAt });
  // For a test that vitest itself has cut short.
  context.onTestFinished(async () => {
    await run.end();
  });
  await run.runBody(body);
  throwAll(await run.end());
}

interface DefinedOptions extends TestOptions {
  readonly definedAt: Error;
}

type VitestTest = Pick<typeof vitestTest, "for"> &
  ((name: string, options: object, run: (context: RunContext) => unknown) => void);

function define(vitest: VitestTest): DefineTest {
  function test(name: string, ...rest: [TestBody] | [TestOptions, TestBody]): void {
    const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest;
    const defined = { ...options, definedAt: here(FRAMES) };
    vitest(name, toVitest(options), (context) => runTest(context, defined, body));
  }
  function each<Row>(rows: readonly Row[]): DefineRowTest<Row> {
    return (name: string, ...rest: [RowBody<Row>] | [TestOptions, RowBody<Row>]) => {
      const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest;
      const defined = { ...options, definedAt: here(FRAMES) };
      vitest.for(rows)(name, toVitest(options), (row, context) =>
        runTest(context, defined, (fixtures) => body(row, fixtures)),
      );
    };
  }
  return Object.assign(test, { each });
}

function toVitest({ timeoutMs = DEFAULT_TIMEOUT_MS }: TestOptions): { readonly timeout: number } {
  return { timeout: timeoutMs + VITEST_GRACE_MS };
}

/** vitest's `test` for bodies that are Effection operations: `test("says what holds", function* ({ clock }) { … })`. */
export const test = Object.assign(define(vitestTest), {
  only: define(vitestTest.only),
  skip: define(vitestTest.skip),
  concurrent: define(vitestTest.concurrent),
});
