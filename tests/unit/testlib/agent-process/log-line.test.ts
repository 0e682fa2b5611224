import { expect, test } from "vitest";
import { toLogLine } from "../../../../testlib/agent-process/log-line.ts";

test.each([
  ['{"level":40,"msg":"Careful.","task":"t"}', { level: "warn", msg: "Careful.", task: "t" }],
  ['{"level":"error","msg":"Oh."}', { level: "error", msg: "Oh." }],
  ['{"level":35}', { level: "35", msg: "" }],
])("reads %s", (text, record) => {
  expect(toLogLine(text, "stdout")).toEqual({ text, source: "stdout", record });
});

test.each(["plain text", "", "{", '{"msg":"no level"}', "[1]", "7"])("%j is text and no more", (text) => {
  expect(toLogLine(text, "stderr").record).toBeUndefined();
});
