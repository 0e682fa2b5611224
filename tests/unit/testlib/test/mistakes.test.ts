import { ensure, type Operation, run as runTask, sleep, spawn, suspend, until } from "effection";
import { afterEach, expect, test, vi } from "vitest";
import { FixtureSet } from "../../../../testlib/test/fixture-set.ts";
import type { TestBody as AnyTestBody, ClockFixture } from "../../../../testlib/test/index.ts";
import { throwAll } from "../../../../testlib/test/mistakes.ts";
import { TestRun } from "../../../../testlib/test/test-run.ts";
import { failureOf } from "./failure-of.ts";

type TestBody = AnyTestBody<ClockFixture>;

const { setTimeout: realSetTimeout } = globalThis;

afterEach(async () => {
  expect(globalThis.setTimeout).toBe(realSetTimeout);
  // Nothing that one test did may reach the next one.
  const next = await failureOf(function* ({ clock }) {
    yield* sleep(10);
    expect(clock.now()).toBe(10);
  });
  expect(next).toBeUndefined();
});

test("a body fails with what it throws", async () => {
  const error = new Error("body");
  const body: TestBody = function* ({ clock }) {
    yield* clock.advance(5);
    throw error;
  };
  expect(await failureOf(body)).toBe(error);
});

test("a body fails with what a task throws that it has spawned", async () => {
  const error = new Error("task");
  const body: TestBody = function* () {
    yield* spawn(function* () {
      throw error;
    });
    yield* suspend();
  };
  expect(await failureOf(body)).toBe(error);
});

test("when more than one thing has gone wrong, all of it is thrown, once each", () => {
  const [first, second] = [new Error("first"), new Error("second")];
  expect(() => throwAll([])).not.toThrow();
  expect(() => throwAll([first, first])).toThrow(first);
  expect(() => throwAll([first, second])).toThrow(new AggregateError([first, second], "first\nsecond"));
});

test("a clock in a concurrent test is refused, and the test told what to do", async () => {
  const body: TestBody = function* ({ clock: _ }) {};
  expect(await failureOf(body, { concurrent: true })).toMatchObject({
    code: "E_CLOCK_CONCURRENT",
    message: expect.stringContaining("Make this test sequential"),
  });
  expect(await failureOf(function* () {}, { concurrent: true })).toBeUndefined();
});

test("a clock that is asked for in the middle of the body is refused", async () => {
  const body: TestBody = function* (fixtures) {
    yield* fixtures.clock.advance(1);
  };
  expect(await failureOf(body)).toMatchObject({
    code: "E_FIXTURE_NOT_NAMED",
    message: expect.stringContaining("name it in the parameter list, function* ({ clock }) { … }"),
  });
});

test("fake timers on top of the clock are refused, and the test told to drop them", async () => {
  const body: TestBody = function* ({ clock: _ }) {
    vi.useFakeTimers();
  };
  expect(await failureOf(body)).toMatchObject({
    code: "E_CLOCK_TWICE",
    message: expect.stringContaining("Take vi.useFakeTimers() away"),
  });
});

test("a clock on top of fake timers is refused", async () => {
  vi.useFakeTimers();
  const failure = await failureOf(function* ({ clock: _ }) {});
  vi.useRealTimers();
  expect(failure).toMatchObject({ code: "E_CLOCK_TWICE", message: expect.stringContaining("vi.useFakeTimers()") });
});

test.each([
  ["an async function", async () => {}],
  ["a plain function", () => {}],
  ["a rejected promise", () => Promise.reject(new Error("not seen"))],
])("%s is no body", async (_, body) => {
  const notABody: unknown = body;
  expect(await failureOf(notABody as TestBody)).toMatchObject({
    code: "E_TEST_BODY",
    message: expect.stringContaining("import test from vitest"),
  });
});

test("a timer that outlives the tasks of the test fails it, and is named", async () => {
  const body: TestBody = function* ({ clock: _ }) {
    setInterval(() => {}, 250);
  };
  expect(await failureOf(body)).toMatchObject({
    code: "E_TEST_LEFTOVERS",
    message: expect.stringMatching(
      /setInterval of 250 ms, due in 250 ms, made at tests\/unit\/testlib\/test\/mistakes\.test\.ts:\d+/,
    ),
  });
});

test("an unreferenced timer may outlive the test", async () => {
  const body: TestBody = function* ({ clock: _ }) {
    setTimeout(() => {}, 1).unref();
  };
  expect(await failureOf(body)).toBeUndefined();
});

test("a task that outlives the test fails it", async () => {
  let halt = (): PromiseLike<void> => Promise.resolve();
  const body: TestBody = function* () {
    const task = runTask(suspend);
    halt = () => task.halt();
  };
  const failure = await failureOf(body);
  await halt();
  expect(failure).toMatchObject({ code: "E_TEST_LEFTOVERS", message: expect.stringContaining("Use spawn()") });
});

test("time that is still held when the test ends fails it", async () => {
  const body: TestBody = function* ({ clock }) {
    clock.hold("waiting for the moon");
  };
  expect(await failureOf(body)).toMatchObject({
    code: "E_TEST_LEFTOVERS",
    message: expect.stringMatching(/still held.*\nTime is held: waiting for the moon\.$/s),
  });
});

test("a deadlock fails the test", async () => {
  const body: TestBody = function* ({ clock: _ }) {
    yield* suspend();
  };
  expect(await failureOf(body, { clock: { deadlockMs: 20 } })).toMatchObject({
    code: "E_CLOCK_DEADLOCK",
    message: expect.stringMatching(/\nTasks:\n {2}the body waits for suspend$/),
  });
});

test.each([
  ["in virtual time, held", true],
  ["in real time", false],
])("a test that takes too long %s fails before vitest's timeout, with what its tasks wait for", async (_, virtual) => {
  const slow = (): Operation<void> => until(new Promise<void>(() => {}));
  const inVirtualTime: TestBody = function* ({ clock }) {
    yield* clock.held(slow);
  };
  const failure = await failureOf(virtual ? inVirtualTime : slow, { timeoutMs: 30 });
  expect(failure).toMatchObject({
    code: "E_TEST_TIMEOUT",
    message: expect.stringContaining("more than 30 ms of real time"),
  });
  expect(failure).toMatchObject({ message: expect.stringMatching(/\nTasks:\n {2}the body waits for action$/) });
});

test("a report points at the test, not at what made it", async () => {
  const failure = await failureOf(
    function* ({ clock: _ }) {
      yield* suspend();
    },
    { clock: { deadlockMs: 20 } },
  );
  expect(failure).toHaveProperty("stack", expect.not.stringContaining("testlib/clock"));
  expect(failure).toHaveProperty("stack", expect.stringMatching(/at failureOf .*failure-of\.ts/));
});

function runOf(body: TestBody, timeoutMs: number): TestRun {
  const test = { definedAt: new Error("defined"), fixtures: new FixtureSet(), body: { run: body, row: [] } };
  return new TestRun({ ...test, timeoutMs, cleanupMs: 20, concurrent: false });
}

test("cleanup that does not end fails the test, with what it waits for, and is left behind", async () => {
  const stuck = runOf(function* () {
    yield* ensure(() => suspend());
  }, 20);
  await stuck.runBody();
  expect(await stuck.end()).toMatchObject([
    { code: "E_TEST_TIMEOUT" },
    {
      code: "E_TEST_CLEANUP",
      message: expect.stringMatching(/20 ms.*\nTasks:\n {2}the body .*\n {4}a task .* waits for suspend$/s),
    },
  ]);
});

test("a test that vitest cuts short gives real time back, with its tasks halted", async () => {
  let halted = false;
  const cut = runOf(function* ({ clock }) {
    yield* ensure(() => {
      halted = true;
    });
    yield* clock.held(suspend);
  }, 5_000);
  const body = cut.runBody();
  expect(globalThis.setTimeout).not.toBe(realSetTimeout);
  expect(await cut.end()).toEqual([]);
  expect(globalThis.setTimeout).toBe(realSetTimeout);
  expect(halted).toBe(true);
  await body;
});
