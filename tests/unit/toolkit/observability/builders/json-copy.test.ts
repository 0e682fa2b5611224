import { describe, expect, test } from "vitest";
import { Secret } from "../../../../../toolkit/index.ts";
import { copyJsonObject } from "../../../../../toolkit/observability/builders/json-copy.ts";

const plenty = 100_000;

test("plain JSON is copied at every level", () => {
  const source = { text: "a", number: 1.5, yes: true, nothing: null, list: [1, [2]], object: { "": {} } };
  const copy = copyJsonObject(source, plenty);
  expect(copy).toStrictEqual(source);
  expect(copy["list"]).not.toBe(source.list);
  expect(copy["object"]).not.toBe(source.object);
});

test("what JSON cannot show becomes what it can, or is left out", () => {
  const source = {
    nan: Number.NaN,
    infinite: [Number.NEGATIVE_INFINITY],
    small: 7n,
    large: 9_007_199_254_740_993n,
    date: new Date("2024-05-01T00:00:00.123Z"),
    noDate: new Date(Number.NaN),
    url: new URL("https://example.com/a"),
    secret: new Secret("hunter2"),
    missing: undefined,
    list: [undefined, () => 1, Symbol("s"), 1],
    call: () => 1,
    symbol: Symbol("s"),
  };
  expect(copyJsonObject(source, plenty)).toStrictEqual({
    nan: null,
    infinite: [null],
    small: 7,
    large: "9007199254740993",
    date: "2024-05-01T00:00:00.123Z",
    noDate: null,
    url: "https://example.com/a",
    secret: "**********",
    list: [null, null, null, 1],
  });
});

test("an own key __proto__ is left out and changes nothing", () => {
  const source: object = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}');
  const copy = copyJsonObject(source, plenty);
  expect(copy).toStrictEqual({ a: 1 });
  expect("polluted" in copy).toBe(false);
});

test("a cycle ends, however wide it is", () => {
  const source: Record<string, unknown> = { name: "a" };
  source["self"] = source;
  source["again"] = [source, source, source];
  const copy = copyJsonObject(source, plenty);
  expect(copy).toMatchObject({ name: "a", self: { name: "a", self: { name: "a" } }, truncated: true });
  expect(JSON.stringify(copy).length).toBeLessThan(2 * plenty);
});

describe("beyond the length given", () => {
  test("a text is cut", () => {
    expect(copyJsonObject({ log: "x".repeat(100) }, 50)).toEqual({ log: `${"x".repeat(39)}…`, truncated: true });
  });

  test("later fields and items are left out", () => {
    const copy = copyJsonObject({ first: 1, list: Array.from({ length: 100 }, () => 1), last: 2 }, 50);
    expect(copy).toEqual({ first: 1, list: Array.from({ length: 30 }, () => 1), truncated: true });
  });

  test("JSON of just that length stays whole", () => {
    const source = { log: "x".repeat(40) };
    expect(copyJsonObject(source, JSON.stringify(source).length)).toEqual(source);
  });
});
