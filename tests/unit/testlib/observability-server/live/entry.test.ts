import { expect, test } from "vitest";
import { type Entry, toEntry } from "../../../../../testlib/observability-server/live/entry.ts";
import type { JsonObject } from "../../../../../toolkit/json.ts";
import type { EventType } from "../../../../../toolkit/observability/index.ts";

const entryOf = (type: EventType, body: JsonObject): Entry =>
  toEntry({ sequence: 7, receivedAt: 1_000, type, source: "API", body });

test.each<[EventType, JsonObject, Partial<Entry>]>([
  [
    "run-status",
    {
      pipeline_key: "p",
      run_key: "r",
      status: "FAILED",
      external_url: "https://a.example/",
      event_timestamp: "2024-05-01T02:00:00+00:00",
    },
    {
      level: "FAILED",
      text: "Run status",
      component: "pipeline:p",
      runKey: "r",
      url: "https://a.example/",
      at: "2024-05-01T02:00:00+00:00",
    },
  ],
  [
    "run-status",
    { pipeline_key: "p", run_key: "r", task_key: "load", task_name: "Load", status: "RUNNING" },
    { level: "RUNNING", text: "Task status", task: "Load" },
  ],
  [
    "message-log",
    { server_key: "vm", log_level: "ERROR", message: "<b>boom</b>", message_details: "trace", run_key: "dropped" },
    { level: "ERROR", text: "<b>boom</b>", details: "trace", component: "server:vm" },
  ],
  [
    "metric-log",
    { stream_key: "s", metric_key: "lag", metric_value: "0.250" },
    { level: undefined, text: "lag = 0.250" },
  ],
  ["dataset-operation", { dataset_key: "d", operation: "WRITE", path: "a/b" }, { level: "WRITE", text: "a/b" }],
  ["dataset-operation", { dataset_key: "d", operation: "READ" }, { level: "READ", text: "(no path)" }],
  [
    "test-outcomes",
    {
      dataset_key: "d",
      test_outcomes: [
        { name: "a", status: "PASSED" },
        { name: "b", status: "WARNING", description: "nearly" },
        { name: "c", status: "FAILED", description: "" },
      ],
    },
    {
      level: "FAILED",
      text: "3 tests: 1 failed, 1 with warning, 1 passed",
      details: "FAILED · c\nWARNING · b · nearly",
    },
  ],
])("puts %s into words: %j", (type, body, expected) => {
  expect(entryOf(type, body)).toMatchObject({ sequence: 7, receivedAt: 1_000, type, ...expected });
});

test("names no run with a component that has none", () => {
  const entry = entryOf("message-log", { server_key: "vm", run_key: "r", log_level: "INFO", message: "m" });
  expect(entry).not.toHaveProperty("runKey");
});

test("cuts long texts", () => {
  const entry = entryOf("message-log", {
    server_key: "vm",
    message: "m".repeat(601),
    message_details: "d".repeat(4_001),
  });
  expect([entry.text, entry.details]).toEqual([`${"m".repeat(599)}…`, `${"d".repeat(3_999)}…`]);
});
