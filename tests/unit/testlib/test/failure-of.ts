import { FixtureSet } from "../../../../testlib/test/fixture-set.ts";
import type { ClockFixture, TestBody } from "../../../../testlib/test/index.ts";
import { runTest } from "../../../../testlib/test/test.ts";
import type { TestRunOptions } from "../../../../testlib/test/test-run.ts";

/** What a test with this body fails with; `undefined` when it passes. */
export async function failureOf<Known = ClockFixture>(
  body: TestBody<Known>,
  { concurrent = false, ...options }: Partial<TestRunOptions> = {},
): Promise<unknown> {
  const finish: (() => Promise<void>)[] = [];
  const context = { task: { concurrent }, onTestFinished: (each: () => Promise<void>) => finish.push(each) };
  const test = { definedAt: new Error("defined"), fixtures: new FixtureSet(), body: { run: body, row: [] } };
  try {
    await runTest(context, { ...test, ...options });
  } catch (error) {
    return error;
  } finally {
    for (const each of finish) await each();
  }
  return undefined;
}
