import { describe, expect, test } from "vitest";
import type { DatabricksObligation } from "../../../testlib/index.ts";
import { judgeDetails } from "../../oracle/sources/details.ts";
import type { SentEvent } from "../../oracle/sources/source.ts";

const T0 = Date.parse("2026-05-01T00:00:00Z");
const own = { pipeline: "7", run: "8", attempt: 0, repair: 0 };
const shown: readonly DatabricksObligation[] = [
  { ...own, status: "RUNNING", at: T0 },
  { ...own, task: "901", status: "FAILED", at: T0 + 1_000 },
  { ...own, status: "COMPLETED_WITH_WARNINGS", at: T0 + 2_000 },
  { ...own, status: "RUNNING", at: T0 + 3_000, repair: 1 },
  { ...own, status: "FAILED", at: T0 + 4_000, repair: 1 },
];

const event = (type: SentEvent["type"], afterMs: number, fields: SentEvent["body"]): SentEvent => {
  const event_timestamp = new Date(T0 + afterMs).toISOString();
  return { type, body: { pipeline_key: "7", run_key: "8", event_timestamp, ...fields } };
};
const status = (status: string, afterMs: number, fields: SentEvent["body"] = {}) =>
  event("run-status", afterMs, { status, ...fields });
const message = (log_level: string, afterMs: number, fields: SentEvent["body"] = {}) =>
  event("message-log", afterMs, { log_level, message: "boom", ...fields });
const ofTask = { task_key: "901" };

const all: readonly SentEvent[] = [
  status("RUNNING", 0),
  status("FAILED", 1_000, ofTask),
  message("ERROR", 1_000, ofTask),
  message("WARNING", 2_000),
  status("COMPLETED_WITH_WARNINGS", 2_000),
  status("RUNNING", 3_000),
  message("ERROR", 4_000),
  message("INFO", 4_000),
  status("FAILED", 4_000),
];

const found = (events: readonly SentEvent[]) => judgeDetails(shown, events).map(({ kind, text }) => `${kind}: ${text}`);

test("events with their times and messages are as they should be", () => {
  expect(judgeDetails(shown, all)).toEqual([]);
});

describe("it finds", () => {
  test.each([
    [2, "run 7/8, task 901: ERROR at 2026-05-01T00:00:01.000Z"],
    [3, "run 7/8: WARNING at 2026-05-01T00:00:02.000Z"],
    [6, "run 7/8: ERROR at 2026-05-01T00:00:04.000Z"],
    [7, "run 7/8: INFO at 2026-05-01T00:00:04.000Z"],
  ])("a message that did not come: event %i", (index, text) => {
    expect(found(all.toSpliced(index, 1))).toEqual([`missing: ${text}`]);
  });

  test("messages that nothing has called for", () => {
    const odd = [
      message("ERROR", 1_001, ofTask),
      message("INFO", 2_000),
      message("ERROR", 4_000, { message: "other" }),
    ];
    expect(judgeDetails(shown, all.concat(odd)).map(({ kind, run }) => [kind, run])).toEqual([
      ["not promised", "7/8"],
      ["not promised", "7/8"],
      ["not promised", "7/8"],
    ]);
  });

  test("a time that is not that of any such change", () => {
    const late = all.with(0, status("RUNNING", 3_001));
    expect(found(late)).toEqual(["wrong time: run 7/8: RUNNING at 2026-05-01T00:00:03.001Z"]);
  });
});

test("a status that was never shown is left to the comparison", () => {
  expect(found(all.concat(status("COMPLETED", 5_000)))).toEqual([]);
});
