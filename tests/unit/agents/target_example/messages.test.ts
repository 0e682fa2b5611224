import { MalformedMessageError, type MessageContext, toEvent } from "../../../../agents/target_example/messages.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";
import { Redactor } from "../../../../toolkit/index.ts";

const receivedAt = Date.parse("2024-05-01T00:10:00Z");
const runs: MessageContext = { componentType: "BATCH_PIPELINE", receivedAt };
const datasets: MessageContext = { componentType: "DATASET", receivedAt };
const run = { pipeline_key: "p", run_key: "r", status: "RUNNING" };

const bodyOf = (message: object, context = runs) => toEvent(JSON.stringify(message), context).body;

/** What is said of a message that no event can be made of. */
function* refusalOf(message: string, context = runs) {
  return yield* thrownBy(function* () {
    return toEvent(message, context);
  });
}

describe("a run-status message", () => {
  test("becomes an event as it is, with the tool and empty metadata added", function* () {
    const message = {
      pipeline_key: "nightly-load",
      run_key: "2024-05-01",
      task_key: "extract",
      status: "RUNNING",
      event_timestamp: "2024-05-01T00:00:05+00:00",
    };
    expect(toEvent(JSON.stringify(message), runs)).toEqual({
      type: "run-status",
      body: { ...message, component_tool: "example", metadata: {} },
    });
  });

  test("gives its unknown fields to metadata.source, loses EVENT_TYPE, and has the time of receipt by default", function* () {
    const message = { EVENT_TYPE: "metric-log", pipeline_key: "p", run_key: "r", status: "completed", region: "eu" };
    expect(toEvent(JSON.stringify(message), runs)).toEqual({
      type: "run-status",
      body: {
        pipeline_key: "p",
        run_key: "r",
        status: "COMPLETED",
        event_timestamp: "2024-05-01T00:10:00+00:00",
        component_tool: "example",
        metadata: { source: { region: "eu" } },
      },
    });
  });

  test("keeps every field that Observability knows", function* () {
    const message = {
      ...run,
      status: "COMPLETED_WITH_WARNINGS",
      pipeline_name: "Nightly load",
      run_name: "Run 7",
      task_key: "extract",
      task_name: "Extract",
      component_tool: "airflow",
      external_url: "https://airflow.example.com/runs/7",
      event_timestamp: "2024-05-01T00:00:05+00:00",
      payload_keys: ["orders"],
    };
    expect(bodyOf(message)).toEqual({ ...message, metadata: {} });
  });

  test("keeps its own metadata next to what is moved there", function* () {
    const metadata = { rows: 12, nested: { deep: [1, 2] } };
    expect(bodyOf({ ...run, metadata }).metadata).toEqual(metadata);
    expect(bodyOf({ ...run, metadata, region: "eu" }).metadata).toEqual({ ...metadata, source: { region: "eu" } });
    expect(bodyOf({ ...run, metadata: { source: "crm" }, region: "eu" }).metadata).toEqual({
      source: "crm",
      source_fields: { region: "eu" },
    });
  });

  test("loses no field for its name", function* () {
    expect(bodyOf({ ...run, constructor: 1, toString: 2 }).metadata).toEqual({
      source: { constructor: 1, toString: 2 },
    });
  });

  test("may have null where it has nothing to say", function* () {
    const nothing = { task_key: null, run_name: null, event_timestamp: null, component_tool: null, metadata: null };
    expect(bodyOf({ ...run, ...nothing })).toEqual(bodyOf(run));
  });

  test.each(["RUNNING", "Completed", "completed_with_warnings", "failed"])(
    "may write its status %s",
    function* (status) {
      expect(bodyOf({ ...run, status })).toMatchObject({ status: status.toUpperCase() });
    },
  );
});

describe("a dataset message", () => {
  test("becomes a dataset-operation event", function* () {
    const message = { dataset_key: "orders", operation: "WRITE", path: "/o/1.parquet" };
    expect(toEvent(JSON.stringify(message), datasets)).toEqual({
      type: "dataset-operation",
      body: {
        ...message,
        event_timestamp: "2024-05-01T00:10:00+00:00",
        component_tool: "example",
        metadata: {},
      },
    });
  });

  test.each(["read", "Write"])("may write its operation %s", function* (operation) {
    expect(bodyOf({ dataset_key: "orders", operation }, datasets)).toMatchObject({
      operation: operation.toUpperCase(),
    });
  });

  test("moves the fields of a run away, since a dataset has none", function* () {
    const body = bodyOf({ dataset_key: "orders", operation: "READ", run_key: "r" }, datasets);
    expect(body.metadata).toEqual({ source: { run_key: "r" } });
    expect(body).not.toHaveProperty("run_key");
  });
});

describe("a message that no event can be made of", () => {
  test.each([
    ["not json", "E_MESSAGE_NOT_JSON", "The message is not JSON."],
    ["", "E_MESSAGE_NOT_JSON", "The message is not JSON."],
    ["[1,2]", "E_MESSAGE_NOT_OBJECT", "The message is not a JSON object."],
    ["null", "E_MESSAGE_NOT_OBJECT", "The message is not a JSON object."],
    ['"text"', "E_MESSAGE_NOT_OBJECT", "The message is not a JSON object."],
  ] as const)("such as %j is %s", function* ([message, code, reason]) {
    expect(yield* refusalOf(message)).toMatchObject({ code, message: reason, retryable: false });
  });

  test("names every field that is wrong", function* () {
    const error = yield* refusalOf('{"status":"RUNNING"}');
    expect(error).toMatchObject({ name: "MalformedMessageError", code: "E_MESSAGE_FIELDS" });
    expect(String(error)).toMatch(/pipeline_key: .*; run_key: /);
  });

  test.each([
    ["a status that is none", { ...run, status: "DONE" }, runs, /^status: /],
    ["an empty key", { ...run, run_key: "" }, runs, /^run_key: /],
    ["an empty task key: not a status of the run", { ...run, task_key: "", status: "COMPLETED" }, runs, /^task_key: /],
    ["a number for a key", { ...run, pipeline_key: 7 }, runs, /^pipeline_key: /],
    ["a time that is none", { ...run, event_timestamp: "yesterday" }, runs, /event_timestamp/],
    ["metadata that is no object", { ...run, metadata: [1] }, runs, /^metadata: /],
    ["no run in BATCH_PIPELINE mode", { dataset_key: "d", operation: "READ" }, runs, /^pipeline_key: .*; run_key: /],
    ["no dataset in DATASET mode", run, datasets, /^dataset_key: .*; operation: /],
    ["an operation that is none", { dataset_key: "d", operation: "DELETE" }, datasets, /^operation: /],
  ] as const)("has %s", function* ([, message, context, reason]) {
    const error = yield* refusalOf(JSON.stringify(message), context);
    expect(error).toMatchObject({ code: "E_MESSAGE_FIELDS", message: expect.stringMatching(reason) });
  });

  test("is quoted up to 200 characters, and no part of a secret", function* () {
    const redactor = new Redactor();
    redactor.add("hunter2-hunter2");
    const quoted = (error: unknown) => error instanceof MalformedMessageError && error.excerpt(redactor);
    expect(quoted(yield* refusalOf("not json"))).toBe("not json");
    expect(quoted(yield* refusalOf("x".repeat(5_000)))).toBe(`${"x".repeat(199)}…`);
    expect(quoted(yield* refusalOf(`${"x".repeat(190)}hunter2-hunter2`))).not.toContain("hunter2");
  });
});
