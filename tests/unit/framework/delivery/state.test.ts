import { scoped } from "effection";
import { z } from "zod";
import { unitOfWork } from "../../../../framework/core/index.ts";
import { openState } from "../../../../framework/delivery/index.ts";
import { describe, expect, thrownBy } from "../../../../testlib/index.ts";
import { test } from "./life.ts";

const Run = z.object({ status: z.string(), seen: z.number() });
const runs = { name: "acme.runs", schema: Run };

describe("state", () => {
  test("is there after a restart", function* ({ live }) {
    yield* live(function* () {
      const state = yield* openState(runs);
      yield* state.set("1", { status: "RUNNING", seen: 1 });
      yield* state.set("2", { status: "RUNNING", seen: 1 });
      yield* state.set("1", { status: "FAILED", seen: 2 });
      yield* state.delete("2");
    });
    const entries = yield* live(function* () {
      return yield* (yield* openState(runs)).entries();
    });
    expect([...entries]).toEqual([["1", { status: "FAILED", seen: 2 }]]);
  });

  test("of other names is other state", function* ({ life: _ }) {
    const one = yield* openState({ name: "one", schema: z.string() });
    const other = yield* openState({ name: "other", schema: z.string() });
    yield* one.set("a", "of one");
    expect([yield* one.get("a"), yield* other.get("a")]).toEqual(["of one", undefined]);
  });

  test("of the same name is the same, wherever it was opened", function* ({ life: _ }) {
    const one = yield* openState(runs);
    yield* (yield* openState(runs)).set("1", { status: "RUNNING", seen: 1 });
    expect(yield* one.get("1")).toEqual({ status: "RUNNING", seen: 1 });
  });

  test("of the same name with another schema is refused: each would lose what the other has set", function* ({
    life: _,
  }) {
    yield* openState(runs);
    expect(yield* thrownBy(() => openState({ name: "acme.runs", schema: z.number() }))).toMatchObject({
      code: "E_STATE_OPEN",
      message: expect.stringContaining('"acme.runs"'),
    });
  });

  test("of the same name may have another schema once all who had it are gone", function* ({ life: _ }) {
    const other = { name: "acme.runs", schema: z.number() };
    yield* scoped(function* () {
      yield* openState(runs);
      yield* scoped(() => openState(runs));
      expect(yield* thrownBy(() => openState(other))).toMatchObject({ code: "E_STATE_OPEN" });
    });
    yield* openState(other);
  });

  test("refuses a value that would not come back, and stays as it was", function* ({ life: _ }) {
    const state = yield* openState({ name: "acme.counts", schema: z.number() });
    yield* state.set("a", 1);
    expect(yield* thrownBy(() => state.set("a", Number.NaN))).toMatchObject({
      code: "E_STATE_VALUE",
      message: expect.stringContaining('The state "acme.counts" cannot keep the value of "a"'),
    });
    expect(yield* state.get("a")).toBe(1);
  });

  test("is a copy: who changes what it got changes nothing", function* ({ life: _ }) {
    const state = yield* openState(runs);
    yield* state.set("1", { status: "RUNNING", seen: 1 });
    const run = yield* state.get("1");
    if (run !== undefined) run.seen = 100;
    expect(yield* state.get("1")).toEqual({ status: "RUNNING", seen: 1 });
  });

  test("that is changed in a unit of work is seen in it at once, and kept with it", function* ({ life: _ }) {
    const state = yield* openState({ name: "counts", schema: z.number() });
    yield* state.set("kept", 1);
    yield* state.set("deleted", 1);
    yield* unitOfWork(function* () {
      yield* state.set("kept", 2);
      yield* state.set("new", 2);
      yield* state.delete("deleted");
      expect([...(yield* state.entries())]).toEqual([
        ["kept", 2],
        ["new", 2],
      ]);
      expect([yield* state.get("kept"), yield* state.get("deleted")]).toEqual([2, undefined]);
    });
    expect([...(yield* state.entries())]).toEqual([
      ["kept", 2],
      ["new", 2],
    ]);
  });

  test("that was changed in a unit of work that fails is as before", function* ({ life: _ }) {
    const state = yield* openState({ name: "counts", schema: z.number() });
    yield* state.set("a", 1);
    yield* thrownBy(() =>
      unitOfWork(function* () {
        yield* state.set("a", 2);
        yield* state.delete("a");
        throw new Error("no luck");
      }),
    );
    expect(yield* state.get("a")).toBe(1);
  });

  test("that no longer fits is left out, and said so", function* ({ log, live }) {
    yield* live(function* () {
      const old = yield* openState({ name: "acme.runs", schema: z.object({ status: z.number() }) });
      yield* old.set("1", { status: 3 });
    });
    yield* live(function* () {
      const state = yield* openState(runs);
      yield* state.set("2", { status: "RUNNING", seen: 1 });
      expect(yield* state.get("1")).toBeUndefined();
      expect([...(yield* state.entries()).keys()]).toEqual(["2"]);
    });
    expect(log.expect("Saved state does not fit any more")).toMatchObject({
      level: "warn",
      state: "acme.runs",
      key: "1",
    });
  });
});
