import { describe, expect, test } from "vitest";
import { age, bytes, laneName, oneLine, table } from "../../../../framework/cli/terminal.ts";

describe("a table", () => {
  test("has columns as wide as their widest cell, and no blanks at the end of a line", () => {
    const rows = [
      ["1", "short"],
      ["1000", "longer text"],
    ];
    expect(table(["ID", "TEXT"], rows)).toBe("ID    TEXT\n1     short\n1000  longer text\n");
  });
});

describe("an age", () => {
  test.each([
    [0, "0 s"],
    [-5_000, "0 s"],
    [59_600, "1 min"],
    [61_000, "1 min 1 s"],
    [12_000_000, "3 h 20 min"],
    [90_061_000, "1 d 1 h"],
    [86_401_000, "1 d 1 s"],
  ])("of %d ms is %s", (ms, text) => {
    expect(age(ms)).toBe(text);
  });
});

describe("text from elsewhere", () => {
  test("comes on one line, without what could steer a terminal", () => {
    expect(oneLine("a\n\tb\u001b[31mred\u009b0m\u0000", 100)).toBe("a b [31mred 0m");
  });

  test("is cut at its length", () => {
    expect([oneLine("12345", 5), oneLine("123456", 5)]).toEqual(["12345", "1234…"]);
  });
});

test("a lane is named by what its events are about", () => {
  expect(laneName("run\u0000nightly-load\u00002024-05-01")).toBe("run nightly-load / 2024-05-01");
});

test("a size is in MiB", () => {
  expect(bytes(1_572_864)).toBe("1.5 MiB");
});
