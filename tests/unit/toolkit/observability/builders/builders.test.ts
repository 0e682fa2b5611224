import { describe, expect, test } from "vitest";
import {
  datasetOperationEvent,
  messageLogEvent,
  metricLogEvent,
  type RunStatusFields,
  runStatusEvent,
  testOutcomesEvent,
  testOutcomesEvents,
} from "../../../../../toolkit/observability/index.ts";

const run = { pipeline_key: "nightly", run_key: "2024-05-01" };
/** What becomes of fields added to a valid event. */
const bodyWith = (fields: Partial<RunStatusFields>) => runStatusEvent({ ...run, status: "RUNNING", ...fields }).body;
const refusal = (build: () => unknown) => {
  try {
    return build();
  } catch (error) {
    return error;
  }
};

describe("each builder makes an envelope of type and body", () => {
  const at = { event_timestamp: "2024-05-01T00:00:05Z", component_tool: "airflow" };
  const sent = { event_timestamp: "2024-05-01T00:00:05+00:00", component_tool: "airflow", metadata: {} };

  test("run-status", () => {
    expect(runStatusEvent({ ...run, ...at, task_key: "load", status: "COMPLETED" })).toStrictEqual({
      type: "run-status",
      body: { ...run, ...sent, task_key: "load", status: "COMPLETED" },
    });
  });

  test("message-log", () => {
    const log = { log_level: "ERROR", message: " boom ", message_details: "Traceback …\n" } as const;
    expect(messageLogEvent({ ...run, ...at, ...log })).toStrictEqual({
      type: "message-log",
      body: { ...run, ...sent, ...log },
    });
  });

  test("metric-log", () => {
    const metric = { stream_key: "clicks", metric_key: "lag_seconds", metric_value: 0.25 };
    expect(metricLogEvent({ ...at, ...metric })).toStrictEqual({ type: "metric-log", body: { ...sent, ...metric } });
  });

  test("dataset-operation", () => {
    const operation = { dataset_key: "orders", operation: "WRITE", path: "/o/1.parquet" } as const;
    expect(datasetOperationEvent({ ...at, ...operation })).toStrictEqual({
      type: "dataset-operation",
      body: { ...sent, ...operation },
    });
  });

  test("test-outcomes", () => {
    const outcome = { name: "not empty", status: "PASSED", metric_value: 12, dimensions: ["completeness"] } as const;
    const times = { start_time: new Date(0), end_time: 1 };
    expect(testOutcomesEvent({ ...run, ...at, test_outcomes: [{ ...outcome, ...times }] })).toStrictEqual({
      type: "test-outcomes",
      body: {
        ...run,
        ...sent,
        test_outcomes: [
          { ...outcome, start_time: "1970-01-01T00:00:00+00:00", end_time: "1970-01-01T00:00:00.001000+00:00" },
        ],
      },
    });
  });
});

test("an event does not change, not even with what it was made from", () => {
  const metadata = { nested: { attempt: 1 } };
  const event = runStatusEvent({ ...run, status: "RUNNING", metadata });
  metadata.nested.attempt = 2;
  expect(event.body.metadata).toEqual({ nested: { attempt: 1 } });
  expect(Object.isFrozen(event) && Object.isFrozen(event.body)).toBe(true);
});

describe("what can be repaired is repaired", () => {
  test("null, undefined and empty fields are left out", () => {
    const nothing = { task_key: null, task_name: undefined, run_name: "", pipeline_name: "  ", payload_keys: [""] };
    expect(bodyWith({ ...nothing, external_url: null, event_timestamp: null, metadata: null })).toStrictEqual({
      ...run,
      status: "RUNNING",
      metadata: {},
    });
  });

  test.each([
    ["dbt-core", "dbt_core"],
    ["AWS S3", "AWS S3"],
    ["  Power BI  ", "Power BI"],
    ["__airflow__", "airflow"],
    ["a/b.c", "a_b_c"],
    ["(preview)", "preview"],
    ["größe", "größe"],
    ["ǰ", "J"],
    ["a".repeat(300), "A".repeat(255)],
    ["ß".repeat(255), "S".repeat(255)],
    [`${"a".repeat(254)} b`, "A".repeat(254)],
  ])("tool %s is cleaned to %s", (given, sent) => {
    expect(bodyWith({ component_tool: given }).component_tool).toBe(sent);
  });

  test.each(["", "-", " _ ", "\u0301"])("tool %j has nothing to keep", (given) => {
    expect(bodyWith({ component_tool: given })).not.toHaveProperty("component_tool");
  });

  test("a tool that is mostly underscores does not take long", { timeout: 5_000 }, () => {
    const given = `é${"_".repeat(200_000)}a`;
    expect(bodyWith({ component_tool: given }).component_tool).toBe("É");
  });

  test("a link the server would refuse is left out, another is kept", () => {
    expect(bodyWith({ external_url: "http://airflow:8080/x" })).not.toHaveProperty("external_url");
    expect(bodyWith({ external_url: " https://airflow.example.com/x " }).external_url).toBe(
      "https://airflow.example.com/x",
    );
  });

  test("names are trimmed, and cut to the limit in code points", () => {
    expect(bodyWith({ pipeline_name: " Nightly\n" }).pipeline_name).toBe("Nightly");
    expect(bodyWith({ pipeline_name: "😀".repeat(255) }).pipeline_name).toBe("😀".repeat(255));
    expect(bodyWith({ pipeline_name: "😀".repeat(256) }).pipeline_name).toBe(`${"😀".repeat(254)}…`);
    expect(bodyWith({ run_name: "r".repeat(1024) }).run_name).toBe("r".repeat(1024));
    expect(bodyWith({ run_name: "r".repeat(1025) }).run_name).toBe(`${"r".repeat(1023)}…`);
  });

  test("keys are neither trimmed nor changed up to 255 code points", () => {
    expect(bodyWith({ task_key: " Load " }).task_key).toBe(" Load ");
    expect(bodyWith({ task_key: "😀".repeat(255) }).task_key).toBe("😀".repeat(255));
  });

  test("longer keys are cut so that the same stay the same and different ones different", () => {
    const long = "k".repeat(255);
    const cut = (key: string) => bodyWith({ task_key: key }).task_key ?? "";
    expect(cut(`${long}1`)).toMatch(/^k{242}~[0-9a-f]{12}$/);
    expect(cut(`${long}1`)).toBe(cut(`${long}1`));
    expect(cut(`${long}1`)).not.toBe(cut(`${long}2`));
    expect(Array.from(cut("😀".repeat(256)))).toHaveLength(255);
    expect(bodyWith({ payload_keys: ["", "a", `${long}1`] }).payload_keys).toEqual(["a", cut(`${long}1`)]);
  });

  test("half a surrogate pair is replaced, in texts and in metadata", () => {
    const body = bodyWith({ task_key: "a\ud800", run_name: "\udc00b", metadata: { "c\ud800": ["\ud800"] } });
    expect(body).toMatchObject({ task_key: "a\ufffd", run_name: "\ufffdb", metadata: { "c\ufffd": ["\ufffd"] } });
  });

  test("a choice may be in any letter case", () => {
    const fields = { ...run, status: "completed" };
    expect(runStatusEvent(JSON.parse(JSON.stringify(fields))).body.status).toBe("COMPLETED");
  });

  test.each([
    [12, 12],
    [-0.5, -0.5],
    [" +007.10 ", "7.10"],
    ["1e3", "1000"],
    [42n, 42],
    [620_000_000_000_000_000_123n, "620000000000000000123"],
  ])("the metric value %s is sent as %s", (given, sent) => {
    const { body } = metricLogEvent({ stream_key: "s", metric_key: "m", metric_value: given });
    expect(body.metric_value).toBe(sent);
  });

  test("the path of a dataset operation is cut to 4096 code points", () => {
    const pathOf = (length: number) =>
      datasetOperationEvent({ dataset_key: "d", operation: "READ", path: "p".repeat(length) }).body.path;
    expect(pathOf(4096)).toBe("p".repeat(4096));
    expect(pathOf(4097)).toBe(`${"p".repeat(4095)}…`);
  });
});

describe("an outcome keeps to what the server can store", () => {
  const outcome = (fields: object) =>
    testOutcomesEvent({ dataset_key: "d", test_outcomes: [{ name: "n", status: "PASSED", ...fields }] }).body
      .test_outcomes[0];

  test.each([
    ["description", 255],
    ["metric_description", 255],
    ["type", 40],
    ["metric_name", 40],
  ])("%s of %i code points", (field, max) => {
    expect(outcome({ [field]: "x".repeat(max) })).toMatchObject({ [field]: "x".repeat(max) });
    expect(outcome({ [field]: "x".repeat(max + 1) })).toMatchObject({ [field]: `${"x".repeat(max - 1)}…` });
  });

  test.each(["name", "key"])("%s of 255 code points, different ones staying different", (field) => {
    expect(outcome({ [field]: "x".repeat(255) })).toMatchObject({ [field]: "x".repeat(255) });
    expect(outcome({ [field]: "x".repeat(256) })).toMatchObject({
      [field]: expect.stringMatching(/^x{242}~[0-9a-f]{12}$/),
    });
  });

  test.each([
    [999_999_999_999_999, 999_999_999_999_999],
    ["-999999999999999.5", "-999999999999999.5"],
    [0.123456789, 0.123456789],
  ])("the number %s", (given, sent) => {
    expect(outcome({ metric_value: given, min_threshold: given })).toMatchObject({
      metric_value: sent,
      min_threshold: sent,
    });
  });

  test.each([1e15, "-1e15", 10n ** 15n, Number.NaN, Number.NEGATIVE_INFINITY, "NaN", "1e400"])(
    "the number %s is left out",
    (given) => {
      expect(outcome({ metric_value: given, max_threshold: given })).toStrictEqual({ name: "n", status: "PASSED" });
    },
  );

  test("empty texts and lists are left out", () => {
    const empty = { description: "", result: "", type: " ", key: "", dimensions: [" "], metadata: null };
    expect(outcome(empty)).toStrictEqual({ name: "n", status: "PASSED" });
  });
});

describe("what cannot be repaired is refused, with field and reason", () => {
  const log = { log_level: "INFO", message: "m" } as const;
  const outcome = { name: "n", status: "PASSED" } as const;
  // As it comes from a tool, unknown to the type checker.
  const untyped = (value: unknown) => JSON.parse(JSON.stringify(value));

  test.each([
    [
      'run-status event cannot be sent: status is "UNKNOWN"; it must be one of RUNNING, COMPLETED, COMPLETED_WITH_WARNINGS, FAILED.',
      () => runStatusEvent({ ...run, status: "UNKNOWN" }),
    ],
    [
      "run-status event cannot be sent: run_key is missing or empty.",
      () => runStatusEvent({ ...run, run_key: "", status: "FAILED" }),
    ],
    [
      "run-status event cannot be sent: pipeline_key is missing or empty.",
      () => runStatusEvent(untyped({ run_key: "r", status: "FAILED" })),
    ],
    [
      "run-status event cannot be sent: pipeline_key and server_key are both set; an event is about one thing.",
      () => runStatusEvent({ ...run, server_key: "s", status: "FAILED" }),
    ],
    [
      "message-log event cannot be sent: message is missing or empty.",
      () => messageLogEvent({ ...run, log_level: "INFO", message: "" }),
    ],
    [
      "message-log event cannot be sent: run_key is missing or empty; with pipeline_key it says which run is meant.",
      () => messageLogEvent({ pipeline_key: "p", ...log }),
    ],
    [
      "message-log event cannot be sent: pipeline_key, dataset_key, server_key, stream_key are all missing or empty; one must say what the event is about.",
      () => messageLogEvent(log),
    ],
    [
      "message-log event cannot be sent: server_key is 17; it must be a text.",
      () => messageLogEvent(untyped({ server_key: 17, ...log })),
    ],
    [
      "message-log event cannot be sent: metadata is a list; it must be an object.",
      () => messageLogEvent(untyped({ server_key: "s", metadata: [], ...log })),
    ],
    [
      'message-log event cannot be sent: payload_keys is "a"; it must be a list.',
      () => messageLogEvent(untyped({ server_key: "s", payload_keys: "a", ...log })),
    ],
    [
      "message-log event cannot be sent: payload_keys[1] is an object; it must be a text.",
      () => messageLogEvent(untyped({ server_key: "s", payload_keys: ["a", {}], ...log })),
    ],
    [
      "message-log event cannot be sent: region is not a field the server knows; use metadata.",
      () => messageLogEvent(untyped({ server_key: "s", region: "eu", ...log })),
    ],
    [
      "metric-log event cannot be sent: metric_value is NaN; it must be a finite decimal number.",
      () => metricLogEvent({ stream_key: "s", metric_key: "m", metric_value: Number.NaN }),
    ],
    [
      "dataset-operation event cannot be sent: run_key must not be set.",
      () => datasetOperationEvent(untyped({ dataset_key: "d", run_key: "r", operation: "READ" })),
    ],
    [
      "test-outcomes event cannot be sent: test_outcomes is missing or empty.",
      () => testOutcomesEvent({ ...run, test_outcomes: [] }),
    ],
    [
      'test-outcomes event cannot be sent: test_outcomes[1].status is "ERROR"; it must be one of PASSED, FAILED, WARNING.',
      () => testOutcomesEvent(untyped({ ...run, test_outcomes: [outcome, { name: "n", status: "ERROR" }] })),
    ],
    [
      'test-outcomes event cannot be sent: test_outcomes[0].metric_value is "n/a"; it must be a finite decimal number.',
      () => testOutcomesEvent({ ...run, test_outcomes: [{ ...outcome, metric_value: "n/a" }] }),
    ],
    [
      "test-outcomes event cannot be sent: test_outcomes[0] is null; it must be an object.",
      () => testOutcomesEvent(untyped({ ...run, test_outcomes: [null] })),
    ],
    [
      "test-outcomes event cannot be sent: test_outcomes has 501 items of at most 500; use testOutcomesEvents.",
      () => testOutcomesEvent({ ...run, test_outcomes: Array.from({ length: 501 }, () => outcome) }),
    ],
  ])("The %s", (message, build) => {
    expect(refusal(build)).toMatchObject({ code: "E_EVENT_INVALID", retryable: false, message: `The ${message}` });
  });

  test("metadata that cannot be read, in the event and in an outcome", () => {
    const metadata = {
      at: {
        toJSON() {
          throw new Error("The row is closed.");
        },
      },
    };
    const getter = {
      get at() {
        throw new Error("The row is closed.");
      },
    };
    const says = (field: string) => expect.stringContaining(`${field} cannot be read: The row is closed.`);
    for (const given of [metadata, getter]) {
      expect(refusal(() => bodyWith({ metadata: given }))).toMatchObject({
        code: "E_EVENT_INVALID",
        message: says("metadata"),
      });
      const outcomes = { ...run, test_outcomes: [{ ...outcome, metadata: given }] };
      for (const build of [testOutcomesEvent, testOutcomesEvents]) {
        expect(refusal(() => build(outcomes))).toMatchObject({
          code: "E_EVENT_INVALID",
          message: says("test_outcomes[0].metadata"),
        });
      }
    }
  });

  test.each([{}, { test_outcomes: null }])("no list of outcomes to split: %j", (given) => {
    expect(refusal(() => testOutcomesEvents(untyped({ ...run, ...given })))).toMatchObject({
      code: "E_EVENT_INVALID",
      message: "The test-outcomes event cannot be sent: test_outcomes is missing or empty.",
    });
  });

  test("a time says what a time is", () => {
    const message = expect.stringMatching(
      /^The run-status event cannot be sent: event_timestamp is wrong: "today" is not a time/,
    );
    expect(refusal(() => bodyWith({ event_timestamp: "today" }))).toMatchObject({ code: "E_EVENT_INVALID", message });
  });
});
