import { expect, test } from "vitest";
import { nearestName } from "../../../../toolkit/index.ts";

const NAMES = ["log_level", "agent_key", "agent_type", "period"];

test.each([
  ["log_levle", "log_level"],
  ["loglevel", "log_level"],
  ["LOG_LEVEL", "log_level"],
  ["agent_typ", "agent_type"],
  ["perod", "period"],
  ["periods", "period"],
])("finds for %s the name %s", (name, expected) => {
  expect(nearestName(name, NAMES)).toBe(expected);
});

test.each([["timeout"], ["x"], [""], ["key"]])("finds nothing near %j", (name) => {
  expect(nearestName(name, NAMES)).toBeUndefined();
});

test("finds nothing among no names", () => {
  expect(nearestName("period", [])).toBeUndefined();
});

test("prefers the first of equally near names", () => {
  expect(nearestName("cat", ["bat", "hat"])).toBe("bat");
});
