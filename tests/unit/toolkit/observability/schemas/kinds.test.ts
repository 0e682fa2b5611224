import { describe, expect, test } from "vitest";
import type { z } from "zod";
import {
  anyText,
  choice,
  decimal,
  list,
  map,
  nonEmptyText,
  object,
  optional,
  text,
  textUpTo,
  time,
  timeWithOffset,
  tool,
  url,
} from "../../../../../toolkit/observability/schemas/kinds.ts";

/** The normalised value, or the messages of all issues. */
function read(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  return parsed.success ? { value: parsed.data } : parsed.error.issues.map(({ message }) => message);
}

describe("whatever its kind, a required value", () => {
  const kinds: [string, z.ZodType][] = [
    ["text", text()],
    ["text without limit", anyText()],
    ["choice", choice(["A"])],
    ["tool", tool()],
    ["decimal", decimal()],
    ["url", url()],
    ["time", time()],
    ["map", map()],
    ["list", list(text())],
    ["object", object({})],
  ];
  test.each(kinds)("(%s) may not be absent or null", (_kind, schema) => {
    expect(read(schema, undefined)).toEqual(["Missing data for required field."]);
    expect(read(schema, null)).toEqual(["Field may not be null."]);
    expect(read(optional(schema), null)).toEqual({ value: null });
  });
});

describe("text", () => {
  test.each([1, true, [], {}])("is not %j", (value) => {
    expect(read(anyText(), value)).toEqual(["Not a valid string."]);
  });

  test("of 1 to N counts code points, and is not trimmed", () => {
    expect(read(text(3), " ")).toEqual({ value: " " });
    expect(read(text(3), "😀😀😀")).toEqual({ value: "😀😀😀" });
    expect(read(text(3), "😀😀😀a")).toEqual(["Length must be between 1 and 3."]);
    expect(read(text(3), "")).toEqual(["Length must be between 1 and 3."]);
    expect(read(text(), "a".repeat(255))).toEqual({ value: "a".repeat(255) });
    expect(read(text(), "a".repeat(256))).toEqual(["Length must be between 1 and 255."]);
  });

  test("of 1 or more has no upper limit", () => {
    expect(read(nonEmptyText(), "")).toEqual(["Shorter than minimum length 1."]);
    expect(read(nonEmptyText(), "a".repeat(100_000))).toEqual({ value: "a".repeat(100_000) });
  });

  test("of up to N may be empty", () => {
    expect(read(textUpTo(3), "")).toEqual({ value: "" });
    expect(read(textUpTo(3), "abcd")).toEqual(["Longer than maximum length 3."]);
  });
});

describe("choice", () => {
  const status = choice(["RUNNING", "COMPLETED_WITH_WARNINGS"]);

  test.each([
    ["running", "RUNNING"],
    ["Completed_With_Warnings", "COMPLETED_WITH_WARNINGS"],
  ])("%s becomes %s", (value, expected) => {
    expect(read(status, value)).toEqual({ value: expected });
  });

  test.each([" RUNNING", "RUNNING ", "completed with warnings", ""])("%j is none", (value) => {
    expect(read(status, value)).toEqual(["Must be one of: RUNNING, COMPLETED_WITH_WARNINGS."]);
  });

  test("another type is no text", () => {
    expect(read(status, 1)).toEqual(["Not a valid string."]);
  });
});

describe("tool", () => {
  const pattern = "Tool must be alphanumeric including underscore and space. Underscore may not be leading/trailing";
  const length = "Length must be between 1 and 255.";

  test.each([
    ["airflow", "AIRFLOW"],
    [" Power BI ", "POWER_BI"],
    ["a  b", "A__B"],
    ["größe", "GRÖSSE"],
    ["数 ²½٣", "数_²½٣"],
    ["ß".repeat(127), "SS".repeat(127)],
  ])("%s becomes %s", (value, expected) => {
    expect(read(tool(), value)).toEqual({ value: expected });
  });

  test.each([
    ["dbt-core", [pattern]],
    ["_a", [pattern]],
    ["a_", [pattern]],
    ["_", [pattern]],
    ["a\tb", [pattern]],
    ["e\u0301", [pattern]],
    ["", [length]],
    ["   ", [length]],
    ["a".repeat(256), [length]],
    ["ß".repeat(128), [length]],
    ["-".repeat(256), [pattern, length]],
    [1, ["Not a valid string."]],
  ])("%j is refused", (value, expected) => {
    expect(read(tool(), value)).toEqual(expected);
  });
});

describe("decimal", () => {
  test.each([
    [10412, "10412"],
    ["1e3", "1000"],
    [" 007.10 ", "7.10"],
    [9007199254740993n, "9007199254740993"],
  ])("%s becomes the text %s", (value, expected) => {
    expect(read(decimal(), value)).toEqual({ value: expected });
  });

  test.each([true, false, "n/a", "", [], {}])("%j is not a number", (value) => {
    expect(read(decimal(), value)).toEqual(["Not a valid number."]);
  });

  test.each(["NaN", "-Infinity", JSON.parse("1e400")])("%s is special", (value) => {
    expect(read(decimal(), value)).toEqual(["Special numeric values (nan or infinity) are not permitted."]);
  });
});

describe("url", () => {
  test("stays as it is", () => {
    expect(read(url(), "HTTPS://Example.COM/a")).toEqual({ value: "HTTPS://Example.COM/a" });
  });

  test.each(["http://airflow:8080/x", "", 1, {}])("%j is none", (value) => {
    expect(read(url(), value)).toEqual(["Not a valid URL."]);
  });
});

describe("time", () => {
  test("keeps its offset, and is UTC without one", () => {
    expect(read(time(), "2024-05-01T02:05:00+02:00")).toEqual({ value: "2024-05-01T02:05:00+02:00" });
    expect(read(time(), "2024-05-01 02:05")).toEqual({ value: "2024-05-01T02:05:00+00:00" });
  });

  test("must have an offset where one is required", () => {
    expect(read(timeWithOffset(), "2024-05-01T02:05:00Z")).toEqual({ value: "2024-05-01T02:05:00+00:00" });
    expect(read(timeWithOffset(), "2024-05-01T02:05:00")).toEqual(["Not a valid aware datetime."]);
    expect(read(timeWithOffset(), "today")).toEqual(["Not a valid datetime."]);
  });

  test.each(["2024-05-01", 1_714_528_800, true, {}])("is not %j", (value) => {
    expect(read(time(), value)).toEqual(["Not a valid datetime."]);
  });
});

describe("map, list and object", () => {
  test("a map has any content and stays as it is", () => {
    const value = { a: [1, { b: null }], "": 2 };
    expect(read(map(), value)).toEqual({ value });
    expect(read(map(), [])).toEqual(["Not a valid mapping type."]);
    expect(read(map(), "a")).toEqual(["Not a valid mapping type."]);
  });

  test("a list reports each wrong item", () => {
    expect(read(list(text()), {})).toEqual(["Not a valid list."]);
    const issues = list(text()).safeParse(["a", null, 1, ""]).error?.issues;
    expect(issues?.map(({ path, message }) => [path, message])).toEqual([
      [[1], "Field may not be null."],
      [[2], "Not a valid string."],
      [[3], "Length must be between 1 and 255."],
    ]);
  });

  test("an object refuses fields it has not, and every other type", () => {
    expect(read(object({}), { a: null })).toEqual(["Unknown field."]);
    expect(read(object({}), [])).toEqual(["Invalid input type."]);
    expect(read(object({}), "a")).toEqual(["Invalid input type."]);
  });
});
