import { spawn } from "effection";
import { eventLoopTurn, Wait } from "../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";

/** What it does, in order. */
class Waiting extends Wait<string> {
  readonly description = "a test";
  readonly steps: string[] = [];
  readonly #atOnce: string | undefined;

  constructor(atOnce?: string) {
    super();
    this.#atOnce = atOnce;
  }

  come(value: string): void {
    this.resolve(value);
  }

  fail(error: Error): void {
    this.reject(error);
  }

  protected begin(): void {
    this.steps.push("begin");
    if (this.#atOnce !== undefined) this.resolve(this.#atOnce);
  }

  protected end(): void {
    this.steps.push("end");
  }
}

describe("a wait", () => {
  test("gives what it was waiting for, and ends", function* () {
    const waiting = new Waiting();
    const task = yield* spawn(() => waiting);
    setImmediate(() => waiting.come("value"));
    expect(yield* task).toBe("value");
    expect(waiting.steps).toEqual(["begin", "end"]);
  });

  test("throws what it fails with, the very object, and ends", function* () {
    const waiting = new Waiting();
    const error = new Error("no");
    setImmediate(() => waiting.fail(error));
    expect(yield* thrownBy(() => waiting)).toBe(error);
    expect(waiting.steps).toEqual(["begin", "end"]);
  });

  test("gives what is there at once", function* () {
    expect(yield* new Waiting("at once")).toBe("at once");
  });

  test("gives, or throws, what came before anybody waited", function* () {
    const early = new Waiting();
    early.come("early");
    const failed = new Waiting();
    const error = new Error("no");
    failed.fail(error);
    expect(yield* early).toBe("early");
    expect(yield* thrownBy(() => failed)).toBe(error);
    expect([early.steps, failed.steps]).toEqual([[], []]);
  });

  test("ends when it is halted, and what comes later changes nothing", function* () {
    const waiting = new Waiting();
    const reached: string[] = [];
    const task = yield* spawn(function* () {
      try {
        reached.push(yield* waiting);
      } finally {
        reached.push("halted");
      }
    });
    yield* eventLoopTurn();
    yield* task.halt();
    waiting.come("late");
    expect([reached, waiting.steps]).toEqual([["halted"], ["begin", "end"]]);
  });

  test("throws what its end throws", function* () {
    const error = new Error("the end went wrong");
    class Failing extends Waiting {
      protected override end(): void {
        throw error;
      }
    }
    const waiting = new Failing();
    setImmediate(() => waiting.come("value"));
    expect(yield* thrownBy(() => waiting)).toBe(error);
  });
});
