import { describe, expect, test } from "vitest";
import { type EventType, eventSchemas, eventTypes } from "../../../../../toolkit/observability/index.ts";

const valid: Record<EventType, Record<string, unknown>> = {
  "run-status": { pipeline_key: "p", run_key: "r", status: "RUNNING" },
  "message-log": { server_key: "s", log_level: "INFO", message: "m" },
  "metric-log": { stream_key: "s", metric_key: "m", metric_value: 1 },
  "dataset-operation": { dataset_key: "d", operation: "READ" },
  "test-outcomes": { dataset_key: "d", test_outcomes: [{ name: "n", status: "PASSED" }] },
};

/** Every issue as `path: message`. */
function problems(type: EventType, body: unknown): string[] {
  const issues = eventSchemas[type].safeParse(body).error?.issues ?? [];
  return issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe.each(eventTypes)("a %s event", (type) => {
  const nullable = [
    ...["server", "stream", "dataset", "pipeline", "run", "task"].map((what) => `${what}_name`),
    ...["component_tool", "external_url", "task_key"],
  ];

  test.each(nullable)("may have a null %s, which is left out", (field) => {
    expect(eventSchemas[type].parse({ ...valid[type], [field]: null })).toEqual(eventSchemas[type].parse(valid[type]));
  });

  test.each(["event_timestamp", "metadata", "payload_keys"])("may not have a null %s", (field) => {
    expect(problems(type, { ...valid[type], [field]: null })).toEqual([`${field}: Field may not be null.`]);
  });

  test("may have texts of exactly the longest length, and not one code point more", () => {
    const ofLength = (length: number) => ({
      ...valid[type],
      task_name: "😀".repeat(length),
      payload_keys: ["k".repeat(length)],
    });
    expect(problems(type, ofLength(255))).toEqual([]);
    expect(problems(type, ofLength(256))).toEqual([
      "task_name: Length must be between 1 and 255.",
      "payload_keys.0: Length must be between 1 and 255.",
    ]);
    expect(problems(type, { ...valid[type], run_name: "r".repeat(1024) })).toEqual([]);
    expect(problems(type, { ...valid[type], run_name: "r".repeat(1025) })).toEqual([
      "run_name: Length must be between 1 and 1024.",
    ]);
  });

  test.each(["event_id", "event_type", "source", "project_id", "received_timestamp", "run_id", "instances", "version"])(
    "may not have the server's own field %s",
    (field) => {
      expect(problems(type, { ...valid[type], [field]: null })).toEqual([": Unknown field."]);
    },
  );

  test("is put out normalised, with the server's defaults", () => {
    const body = eventSchemas[type].parse({
      ...valid[type],
      component_tool: "power bi",
      event_timestamp: "2024-05-01 02:05:00.5",
    });
    expect(body).toMatchObject({
      component_tool: "POWER_BI",
      event_timestamp: "2024-05-01T02:05:00.500000+00:00",
      metadata: {},
      payload_keys: [],
    });
  });

  test("must name a component", () => {
    const { pipeline_key, server_key, stream_key, dataset_key, ...rest } = valid[type];
    expect(problems(type, rest)).toContain("_schema: There must be at least one valid component key specified.");
  });

  test("is judged as a whole only when no field is wrong", () => {
    expect(problems(type, { unknown: 1 }).filter((problem) => problem.startsWith("_schema"))).toEqual([]);
  });
});

describe("the component of an event", () => {
  const log = { log_level: "INFO", message: "m" };

  test("is named once", () => {
    const all = { stream_key: "a", server_key: "b", dataset_key: "c", pipeline_key: "d" };
    expect(problems("message-log", { ...log, ...all })).toEqual([
      "_schema: pipeline_key and dataset_key and server_key and stream_key cannot be set at the same time.",
    ]);
    expect(problems("message-log", { ...log, stream_key: "a", dataset_key: "c", server_key: null })).toEqual([
      "_schema: dataset_key and stream_key cannot be set at the same time.",
    ]);
  });

  test("is a pipeline only together with a run", () => {
    expect(problems("message-log", { ...log, pipeline_key: "p", run_key: null })).toEqual([
      "_schema: Event with batch-pipeline component must have both `pipeline_key` and `run_key` fields specified. ",
    ]);
    expect(problems("message-log", { ...log, pipeline_key: "p", run_key: "r" })).toEqual([]);
  });

  test("may come with names and a run that do not belong to it", () => {
    const body = { ...log, dataset_key: "d", pipeline_name: "p", run_key: "r", task_key: "t", run_name: "n" };
    expect(problems("message-log", body)).toEqual([]);
  });

  test("of a dataset operation is a dataset without run, and every breach is reported", () => {
    expect(problems("dataset-operation", { operation: "READ", pipeline_key: "p" })).toEqual([
      "_schema: Event with batch-pipeline component must have both `pipeline_key` and `run_key` fields specified. ",
      "pipeline_key: pipeline_key must not be set",
      "dataset_key: dataset_key must be set.",
    ]);
  });
});

describe("a test-outcomes event", () => {
  const outcome = { name: "n", status: "PASSED" };
  const withOutcome = (fields: object) => ({ dataset_key: "d", test_outcomes: [{ ...outcome, ...fields }] });

  test("has 1 to 500 outcomes", () => {
    const ofCount = (count: number) => ({
      dataset_key: "d",
      test_outcomes: Array.from({ length: count }, () => outcome),
    });
    expect(problems("test-outcomes", ofCount(500))).toEqual([]);
    expect(problems("test-outcomes", ofCount(501))).toEqual(["test_outcomes: Length must be between 1 and 500."]);
    expect(problems("test-outcomes", ofCount(0))).toEqual(["test_outcomes: Length must be between 1 and 500."]);
  });

  test("is not counted while an outcome is wrong", () => {
    const test_outcomes = Array.from({ length: 501 }, (_, index) => (index === 7 ? { ...outcome, name: "" } : outcome));
    expect(problems("test-outcomes", { dataset_key: "d", test_outcomes })).toEqual([
      "test_outcomes.7.name: Shorter than minimum length 1.",
    ]);
  });

  test.each([
    "description",
    "start_time",
    "end_time",
    "metric_value",
    "metric_name",
    "metric_description",
    "min_threshold",
    "max_threshold",
    "metadata",
    "integrations",
    "dimensions",
    "result",
    "type",
    "key",
  ])("keeps a null %s of an outcome", (field) => {
    const body = eventSchemas["test-outcomes"].parse(withOutcome({ [field]: null }));
    expect(body.test_outcomes).toEqual([{ ...outcome, description: "", metadata: {}, [field]: null }]);
  });

  test.each(["name", "status"])("needs the %s of an outcome", (field) => {
    expect(problems("test-outcomes", withOutcome({ [field]: null }))).toEqual([
      `test_outcomes.0.${field}: Field may not be null.`,
    ]);
  });

  test("normalises numbers and times of an outcome, and takes an empty description", () => {
    const fields = { description: "", start_time: "2024-05-01T02:00Z", metric_value: "1e2", max_threshold: 0.01 };
    expect(eventSchemas["test-outcomes"].parse(withOutcome(fields)).test_outcomes[0]).toEqual({
      ...outcome,
      description: "",
      metadata: {},
      start_time: "2024-05-01T02:00:00+00:00",
      metric_value: "100",
      max_threshold: "0.01",
    });
  });
});
