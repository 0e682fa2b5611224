import { createContext, ensure, type Operation, resource, run, sleep, spawn, suspend } from "effection";
import { describe, expect, expectTypeOf, test } from "vitest";
import { FixtureSet } from "../../../../testlib/test/fixture-set.ts";
import { atEnd, clockTest, whenFailed } from "../../../../testlib/test/index.ts";
import { failureOf } from "./failure-of.ts";

interface Acme {
  readonly name: string;
}

/** Fixtures that tell what happens to them. */
function telling() {
  const events: string[] = [];
  const use = (name: string): Operation<Acme> =>
    resource(function* (provide) {
      events.push(`${name} opens`);
      yield* ensure(() => {
        events.push(`${name} closes`);
      });
      yield* provide({ name });
    });
  const first = new FixtureSet().with({ one: () => use("one"), two: () => use("two") });
  const fixtures = first.with({
    *three({ two }: { readonly two: Acme }) {
      return yield* use(`three of ${two.name}`);
    },
  });
  return { events, fixtures };
}

interface Fixtures {
  readonly one: Acme;
  readonly two: Acme;
  readonly three: Acme;
}

describe("fixtures", () => {
  test("are opened when they are named, and closed in the opposite order after all that the body has spawned", async () => {
    const { events, fixtures } = telling();
    const failure = await failureOf<Fixtures>(
      function* ({ two, one }) {
        events.push(`body with ${one.name} and ${two.name}`);
        yield* spawn(function* () {
          yield* ensure(() => {
            events.push("task ends");
          });
          yield* suspend();
        });
        yield* sleep(0);
      },
      { fixtures },
    );
    expect(failure).toBeUndefined();
    expect(events).toEqual([
      "one opens",
      "two opens",
      "body with one and two",
      "task ends",
      "two closes",
      "one closes",
    ]);
  });

  test("are not opened otherwise", async () => {
    const { events, fixtures } = telling();
    expect(await failureOf<Fixtures>(function* () {}, { fixtures })).toBeUndefined();
    expect(events).toEqual([]);
  });

  test("get what they name themselves, each opened once", async () => {
    const { events, fixtures } = telling();
    await failureOf<Fixtures>(function* ({ three: _, two: __ }) {}, { fixtures });
    expect(events).toEqual(["two opens", "three of two opens", "three of two closes", "two closes"]);
  });

  test("may be taken apart in the parameter list", async () => {
    const pairs = new FixtureSet().with({
      *pair() {
        return [1, { inner: 2 }];
      },
    });
    const seen: number[] = [];
    const failure = await failureOf<{ readonly pair: readonly [number, { readonly inner: number }] }>(
      function* ({ pair: [first, { inner }] }) {
        seen.push(first, inner);
      },
      { fixtures: pairs },
    );
    expect([failure, seen]).toEqual([undefined, [1, 2]]);
  });

  test("run in the virtual time of the test", async () => {
    const fixtures = new FixtureSet().with({
      *late() {
        yield* sleep(60_000);
        yield* ensure(() => sleep(60_000));
        return Date.now();
      },
    });
    const times: number[] = [];
    const failure = await failureOf<{ readonly late: number; readonly clock: unknown }>(
      function* ({ late, clock: _ }) {
        times.push(late);
      },
      { fixtures },
    );
    expect([failure, times]).toEqual([undefined, [60_000]]);
  });

  test("are opened in the scope of the body: a context that one sets holds there", async () => {
    const context = createContext<string>("fixtures.test");
    const seen: string[] = [];
    const fixtures = new FixtureSet().with({ setter: () => context.set("set") });
    await failureOf<{ readonly setter: string }>(
      function* ({ setter: _ }) {
        seen.push(yield* context.expect());
      },
      { fixtures },
    );
    expect(seen).toEqual(["set"]);
  });
});

describe("what goes wrong when fixtures are closed", () => {
  const failing = new FixtureSet().with({
    *first() {
      yield* atEnd(() => {
        throw new Error("first");
      });
    },
    *second() {
      yield* atEnd(() => {
        throw new Error("second");
      });
    },
  });

  test("fails the test", async () => {
    const failure = await failureOf<{ readonly first: unknown }>(function* ({ first: _ }) {}, { fixtures: failing });
    expect(failure).toMatchObject({ message: "first" });
  });

  test("is added to what the body has thrown, and nothing is lost", async () => {
    const failure = await failureOf<{ readonly first: unknown; readonly second: unknown }>(
      function* ({ first: _, second: __ }) {
        throw new Error("body");
      },
      { fixtures: failing },
    );
    expect(failure).toMatchObject({ errors: [{ message: "body" }, { message: "second" }, { message: "first" }] });
  });

  test("is added to what a task has thrown", async () => {
    const failure = await failureOf<{ readonly first: unknown }>(
      function* ({ first: _ }) {
        yield* spawn(function* () {
          throw new Error("task");
        });
        yield* suspend();
      },
      { fixtures: failing },
    );
    expect(failure).toMatchObject({ errors: [{ message: "task" }, { message: "first" }] });
  });
});

test("outside of a test, a check throws what it finds", async () => {
  const checked = run(function* () {
    yield* atEnd(() => {
      throw new Error("wrong");
    });
    yield* whenFailed(() => {
      throw new Error("never shown");
    });
  });
  await expect(checked).rejects.toThrow("wrong");
});

describe("a mistake with fixtures says what to do", () => {
  const { fixtures } = telling();

  test("a name that there is not: the nearest, and all of them", async () => {
    const failure = await failureOf<{ readonly thre: Acme }>(function* ({ thre: _ }) {}, { fixtures });
    expect(failure).toMatchObject({
      code: "E_FIXTURE_UNKNOWN",
      message:
        "There is no fixture thre. Did you mean three? The fixtures are clock, one, three, two; test.extend({ *thre() { … } }) gives one more.",
    });
  });

  test("one that the parameter list does not name", async () => {
    const failure = await failureOf<Fixtures>(
      function* (all) {
        yield* sleep(all.one.name.length);
      },
      { fixtures },
    );
    expect(failure).toMatchObject({
      code: "E_FIXTURE_NOT_NAMED",
      message: expect.stringContaining("name it in the parameter list, function* ({ one }) { … }"),
    });
  });

  test("one that there is not, in the body", async () => {
    const body: (all: { readonly nobody?: string }) => Operation<void> = function* (all) {
      yield* sleep(all.nobody?.length ?? 0);
    };
    expect(await failureOf(body, { fixtures })).toMatchObject({ code: "E_FIXTURE_UNKNOWN" });
  });

  test("a fixture of a name that there is", () => {
    expect(() => fixtures.with({ *one() {} })).toThrow(expect.objectContaining({ code: "E_FIXTURE_TAKEN" }));
    expect(() => fixtures.with({ *clock() {} })).toThrow(expect.objectContaining({ code: "E_FIXTURE_TAKEN" }));
  });

  test("a fixture that needs one that there is not", () => {
    expect(() => fixtures.with({ *four({ fore: _ }: { fore: number }) {} })).toThrow(
      expect.objectContaining({ code: "E_FIXTURE_UNKNOWN" }),
    );
  });

  test("a fixture that is no operation", async () => {
    const notAFixture: () => unknown = async () => {};
    const broken = new FixtureSet().with({ broken: notAFixture as () => Operation<unknown> });
    const failure = await failureOf<{ readonly broken: unknown }>(function* ({ broken: _ }) {}, { fixtures: broken });
    expect(failure).toMatchObject({ code: "E_FIXTURE_BODY", message: expect.stringContaining("*broken({ log })") });
  });

  test("a body that names fixtures and is no generator function is not even called", async () => {
    let called = false;
    const body = ({ one: _ }: Fixtures) => {
      called = true;
      return suspend();
    };
    const failure = await failureOf<Fixtures>(body, { fixtures });
    expect([called, failure]).toMatchObject([false, { code: "E_TEST_BODY" }]);
  });
});

const withAcme = clockTest.extend({
  *acme() {
    return { name: "acme" };
  },
});
const withUser = withAcme.extend({
  *user({ acme, clock }) {
    return `${acme.name} at ${clock.now()}`;
  },
});

withUser("an author's own fixtures come with their types", function* ({ acme, user }) {
  expectTypeOf([acme.name, user] as const).toEqualTypeOf<readonly [string, string]>();
  expect([acme.name, user, Date.now()]).toEqual(["acme", "acme at 0", 0]);
});

withUser.each([1, 2])("a row test has them too", function* (row, { user }) {
  expect([row > 0, user]).toEqual([true, "acme at 0"]);
});
