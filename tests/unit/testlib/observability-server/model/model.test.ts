import { describe, expect, test } from "vitest";
import { Model } from "../../../../../testlib/observability-server/model/index.ts";
import type { JsonObject } from "../../../../../toolkit/json.ts";
import type { EventType } from "../../../../../toolkit/observability/index.ts";

const run = { pipeline_key: "orders", run_key: "r1" };
const us = (seconds: number): number => Date.UTC(2024, 4, 1, 2, 0, seconds) * 1_000;
const at = (seconds: number): { event_timestamp: string } => ({
  event_timestamp: new Date(us(seconds) / 1_000).toISOString(),
});

/** A model fed with events by hand, received at 1, 2, 3, … ms. */
function fedModel(...events: readonly (readonly [EventType, JsonObject])[]): Model {
  const model = new Model();
  for (const [index, [type, body]] of events.entries()) {
    model.applyEvent({ sequence: index + 1, receivedAt: index + 1, type, source: "API", body });
  }
  return model;
}

const status = (value: string, seconds: number, fields: JsonObject = {}): readonly [EventType, JsonObject] => [
  "run-status",
  { ...run, status: value, ...at(seconds), ...fields },
];

const kindsOf = ({ alerts }: Model): readonly string[] => alerts.map(({ kind }) => kind);

describe("runs", () => {
  test.each<[EventType, JsonObject]>([
    ["message-log", { log_level: "INFO", message: "hello" }],
    ["metric-log", { metric_key: "rows", metric_value: "1" }],
    ["test-outcomes", { test_outcomes: [{ name: "a", status: "PASSED" }] }],
    ["run-status", { task_key: "load", status: "COMPLETED" }],
  ])("%s about an unknown run makes it RUNNING from then on", (type, fields) => {
    const model = fedModel([type, { ...run, ...fields, ...at(5) }]);
    expect(model.run("orders", "r1")?.state).toEqual({ status: "RUNNING", startUs: us(5) });
  });

  test("a task's events and others leave the state of a known run alone", () => {
    const model = fedModel(status("RUNNING", 10), status("COMPLETED", 20), status("FAILED", 30, { task_key: "load" }), [
      "message-log",
      { ...run, log_level: "INFO", message: "late", ...at(1) },
    ]);
    expect(model.run("orders", "r1")?.state).toEqual({ status: "COMPLETED", startUs: us(10), endUs: us(20) });
  });

  test("without a timestamp the receipt counts; microseconds decide", () => {
    const fine = (digits: string): JsonObject => ({ event_timestamp: `2024-05-01T02:00:10.000${digits}+00:00` });
    const model = fedModel(status("COMPLETED", 0, fine("002")), status("FAILED", 0, fine("001")), [
      "run-status",
      { ...run, run_key: "r2", status: "RUNNING" },
    ]);
    expect(model.run("orders", "r1")?.state).toEqual({ status: "COMPLETED", startUs: us(10) + 1, endUs: us(10) + 2 });
    expect(model.run("orders", "r2")?.state).toEqual({ status: "RUNNING", startUs: 3_000 });
  });

  test("one run key in two pipelines is two runs; names and links stay until changed", () => {
    const model = fedModel(
      status("RUNNING", 1, { run_name: "first", external_url: "https://a.example/" }),
      status("RUNNING", 2),
      status("RUNNING", 3, { pipeline_key: "sales" }),
    );
    expect(model.runs.map(({ pipelineKey, key, name, url }) => [pipelineKey, key, name, url])).toEqual([
      ["orders", "r1", "first", "https://a.example/"],
      ["sales", "r1", undefined, undefined],
    ]);
  });

  test.each(["dataset", "server", "stream"])("a run key with a %s makes no run", (type) => {
    const model = fedModel(["message-log", { [`${type}_key`]: "x", run_key: "r1", log_level: "INFO", message: "m" }]);
    expect(model.runs).toEqual([]);
  });

  test("forgets the run whose last event is oldest past its limit", () => {
    const model = new Model({ maxRuns: 2 });
    for (const [index, run_key] of ["a", "b", "a", "c"].entries()) {
      const body = { pipeline_key: "p", run_key, status: "RUNNING" };
      model.applyEvent({ sequence: index + 1, receivedAt: index, type: "run-status", source: "API", body });
    }
    expect(model.runs.map(({ key }) => key)).toEqual(["a", "c"]);
  });
});

describe("tasks", () => {
  test("have states of their own, by the rules of runs", () => {
    const load = { task_key: "load", task_name: "Load" };
    const model = fedModel(status("RUNNING", 1), status("COMPLETED", 9, load), status("RUNNING", 2, load), [
      "metric-log",
      { ...run, task_key: "check", metric_key: "rows", metric_value: "1", ...at(4) },
    ]);
    expect(model.run("orders", "r1")?.tasks).toEqual([
      { key: "load", name: "Load", state: { status: "COMPLETED", startUs: us(2), endUs: us(9) } },
      { key: "check", name: undefined, state: { status: "RUNNING", startUs: us(4) } },
    ]);
  });

  test("stay RUNNING when their run ends", () => {
    const model = fedModel(status("RUNNING", 1, { task_key: "load" }), status("COMPLETED", 5));
    expect(model.run("orders", "r1")?.tasks[0]?.state.status).toBe("RUNNING");
  });
});

describe("alerts", () => {
  test.each(["FAILED", "COMPLETED_WITH_WARNINGS"])("a run that ends %s raises one, COMPLETED none", (end) => {
    const model = fedModel(status("RUNNING", 1), status(end, 2), status("COMPLETED", 3, { run_key: "r2" }));
    expect(model.alerts).toEqual([{ sequence: 1, kind: end, raisedAt: 2, pipelineKey: "orders", runKey: "r1" }]);
  });

  test.each([
    ["the same end again", status("COMPLETED", 2)],
    ["a late RUNNING", status("RUNNING", 1)],
    ["a RUNNING that opens it again", status("RUNNING", 3)],
    ["FAILED, in place of its own alert", status("FAILED", 3)],
  ])("a status after the run's end is unexpected: %s", (_name, event) => {
    expect(kindsOf(fedModel(status("COMPLETED", 2), event))).toEqual(["UNEXPECTED_STATUS_CHANGE"]);
  });

  test("each task event after a bad end raises that alert again, after a good one none", () => {
    const task = { task_key: "load" };
    expect(kindsOf(fedModel(status("FAILED", 2), status("COMPLETED", 1, task), status("COMPLETED", 1, task)))).toEqual([
      "FAILED",
      "FAILED",
      "FAILED",
    ]);
    expect(kindsOf(fedModel(status("COMPLETED", 2), status("FAILED", 3, task)))).toEqual([]);
  });

  test("a failed task alone, repeated RUNNING and other events raise none", () => {
    const model = fedModel(status("RUNNING", 1), status("RUNNING", 1), status("FAILED", 2, { task_key: "load" }), [
      "message-log",
      { ...run, log_level: "ERROR", message: "boom" },
    ]);
    expect(model.alerts).toEqual([]);
  });
});

describe("components", () => {
  test("are told apart by type and key; names and tools stay until changed", () => {
    const message = { log_level: "ERROR", message: "m" };
    const model = fedModel(
      ["message-log", { server_key: "x", server_name: "Loader", component_tool: "PYTHON", ...message }],
      ["message-log", { server_key: "x", stream_name: "ignored", ...message }],
      ["dataset-operation", { dataset_key: "x", operation: "WRITE", path: "a/b" }],
      ["dataset-operation", { dataset_key: "x", operation: "READ" }],
    );
    expect(model.components).toMatchObject([
      { type: "server", key: "x", name: "Loader", tool: "PYTHON", tallies: { messages: { ERROR: 2 } } },
      { type: "dataset", key: "x", name: undefined, path: "a/b", tallies: { datasets: { READ: 1, WRITE: 1 } } },
    ]);
  });

  test("keep the last values of their metrics and the sums of their tests", () => {
    const metric = (value: string): readonly [EventType, JsonObject] => [
      "metric-log",
      { stream_key: "clicks", metric_key: "lag", metric_value: value },
    ];
    const outcomes = ["PASSED", "FAILED", "PASSED", "WARNING"].map((each) => ({ name: "a", status: each }));
    const model = fedModel(metric("1"), metric("0.250"), [
      "test-outcomes",
      { stream_key: "clicks", test_outcomes: outcomes },
    ]);
    expect(model.component("stream", "clicks")).toMatchObject({
      metrics: [{ key: "lag", value: "0.250", history: [1, 0.25] }],
      tallies: { metrics: 2, tests: { PASSED: 2, WARNING: 1, FAILED: 1 } },
    });
  });
});

describe("agents", () => {
  const beat = { key: "prod", tool: "airflow", version: "1", latest_event_timestamp: null };

  test("are told apart by key and tool; the last heartbeat says the rest", () => {
    const model = new Model();
    model.applyHeartbeat({ ...beat, receivedAt: 1, latest_event_timestamp: "2024-05-01T02:00:00+00:00" });
    model.applyHeartbeat({ ...beat, receivedAt: 2, tool: "dbt" });
    model.applyHeartbeat({ ...beat, receivedAt: 3, version: "2" });
    expect(model.agents).toMatchObject([
      { tool: "dbt", heartbeats: 1 },
      {
        tool: "airflow",
        version: "2",
        heartbeats: 2,
        firstHeartbeatAt: 1,
        lastHeartbeatAt: 3,
        latestEventTimestamp: null,
      },
    ]);
  });
});
