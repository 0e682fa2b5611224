import { sleep, spawn } from "effection";
import { type Asker, RequestBudget } from "../../../../agents/databricks/request-budget.ts";
import { HttpStatusError } from "../../../../framework/http/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";

const busy = (retryAfterMs?: number) => new HttpStatusError(429, "too many", retryAfterMs);

describe("a request budget", () => {
  test("lets no more requests begin in a second than it may", function* ({ clock }) {
    const budget = new RequestBudget({ perSecond: 4, concurrency: 10 });
    const startedAt: number[] = [];
    for (let i = 0; i < 6; i++) {
      yield* spawn(() =>
        budget.use("run", function* () {
          startedAt.push(clock.now());
        }),
      );
    }
    yield* clock.advance(5_000);
    expect(startedAt).toEqual([0, 250, 500, 750, 1_000, 1_250]);
  });

  test("lets no more be under way at a time than may be", function* ({ clock }) {
    const budget = new RequestBudget({ perSecond: 1_000, concurrency: 2 });
    let underWay = 0;
    let most = 0;
    for (let i = 0; i < 6; i++) {
      yield* spawn(() =>
        budget.use("run", function* () {
          most = Math.max(most, ++underWay);
          yield* sleep(1_000);
          underWay--;
        }),
      );
    }
    yield* clock.advance(3_100);
    expect([most, underWay]).toEqual([2, 0]);
  });

  test("serves lists and runs in turn, each kind in order: a flood of one does not hold up the other", function* ({
    clock,
  }) {
    const budget = new RequestBudget({ perSecond: 10, concurrency: 1 });
    const order: string[] = [];
    const ask = (asker: Asker, name: string) =>
      spawn(() =>
        budget.use(asker, function* () {
          order.push(name);
        }),
      );
    for (let i = 1; i <= 5; i++) yield* ask("run", `run ${i}`);
    yield* sleep(1); // they have asked first
    for (let i = 1; i <= 3; i++) yield* ask("list", `list ${i}`);
    yield* clock.advance(2_000);
    expect(order).toEqual(["run 1", "list 1", "run 2", "list 2", "run 3", "list 3", "run 4", "run 5"]);
  });

  test("gives back what was returned, and goes on after an error", function* ({ clock: _ }) {
    const budget = new RequestBudget({ perSecond: 10, concurrency: 1 });
    const failing = () =>
      budget.use("run", function* () {
        throw new HttpStatusError(404, "not there");
      });
    expect(yield* thrownBy(failing)).toMatchObject({ status: 404 });
    expect(
      yield* budget.use("run", function* () {
        return 7;
      }),
    ).toBe(7);
  });

  test("gives the turn of who is halted to the next, and leaves no timer", function* ({ clock }) {
    const budget = new RequestBudget({ perSecond: 1, concurrency: 1 });
    const done: string[] = [];
    const hold = (name: string, ms: number) =>
      spawn(() =>
        budget.use("run", function* () {
          yield* sleep(ms);
          done.push(name);
        }),
      );
    const first = yield* hold("first", 60_000);
    const second = yield* hold("second", 10);
    yield* hold("third", 10);
    yield* clock.advance(5_000);
    yield* second.halt(); // waits for its turn
    yield* first.halt(); // is under way
    yield* clock.advance(2_000);
    expect(done).toEqual(["third"]);
    const fourth = yield* hold("fourth", 10);
    const fifth = yield* hold("fifth", 10);
    yield* fourth.halt();
    yield* fifth.halt();
    expect(clock.describeTimers()).toBe("");
  });
});

describe("a 429", () => {
  test("holds back everybody for as long as it says, and is then asked again", function* ({ clock }) {
    const budget = new RequestBudget({ perSecond: 100, concurrency: 5 });
    const asked: [name: string, atMs: number][] = [];
    let isBusy = true;
    yield* spawn(() =>
      budget.use("list", function* () {
        asked.push(["list", clock.now()]);
        if (isBusy) throw busy(45_000);
      }),
    );
    yield* sleep(5);
    isBusy = false;
    yield* spawn(() =>
      budget.use("run", function* () {
        asked.push(["run", clock.now()]);
      }),
    );
    yield* clock.advance(60_000);
    expect(asked).toEqual([
      ["list", 0],
      ["run", 45_000],
      ["list", 45_010],
    ]);
  });

  test("that does not say how long is asked again after 1, 2, 4 s, and then it is an error", function* ({ clock }) {
    const budget = new RequestBudget({ perSecond: 1_000, concurrency: 1 });
    const askedAt: number[] = [];
    const error = yield* thrownBy(() =>
      budget.use("run", function* () {
        askedAt.push(clock.now());
        throw busy();
      }),
    );
    expect(error).toMatchObject({ status: 429 });
    expect(askedAt).toEqual([0, 1_000, 3_000, 7_000]);
  });

  test("does not hold us back for more than a minute", function* ({ clock }) {
    const budget = new RequestBudget({ perSecond: 1_000, concurrency: 1 });
    const askedAt: number[] = [];
    yield* budget.use("run", function* () {
      askedAt.push(clock.now());
      if (askedAt.length === 1) throw busy(86_400_000);
    });
    expect(askedAt).toEqual([0, 60_000]);
  });
});
