import { describe, expect, test } from "vitest";
import { checkBody } from "../../../../testlib/observability-server/validation.ts";
import { eventTypes } from "../../../../toolkit/observability/index.ts";
import { examples } from "./examples.ts";

describe("the recorded examples", () => {
  const valid = examples.filter(({ error }) => error === undefined);
  const invalid = examples.filter(({ error }) => error !== undefined);

  test.each(valid)("$kind $label is accepted", ({ kind, body }) => {
    expect(checkBody(kind, body)).toMatchObject({ ok: true });
  });

  test.each(invalid)("$kind $label is refused with the server's text", ({ kind, body, error }) => {
    expect(checkBody(kind, body)).toEqual({ ok: false, error });
  });

  test("are all here", () => {
    const counts = [...eventTypes, "heartbeat"].map((kind) => examples.filter((each) => each.kind === kind).length);
    expect(counts).toEqual([9, 7, 7, 7, 9, 8]);
  });
});

test("an accepted body comes normalised, without nulls and with the server's defaults", () => {
  const body = {
    pipeline_key: "nightly-orders",
    run_key: "2024-05-01",
    task_name: null,
    status: "completed_with_warnings",
    component_tool: " power bi ",
    event_timestamp: "2024-05-01 02:00:03.12",
    metadata: { attempt: 1 },
  };
  expect(checkBody("run-status", body)).toEqual({
    ok: true,
    body: {
      pipeline_key: "nightly-orders",
      run_key: "2024-05-01",
      status: "COMPLETED_WITH_WARNINGS",
      component_tool: "POWER_BI",
      event_timestamp: "2024-05-01T02:00:03.120000+00:00",
      metadata: { attempt: 1 },
      payload_keys: [],
    },
  });
});

const error = (kind: Parameters<typeof checkBody>[0], body: unknown): string | undefined => {
  const checked = checkBody(kind, body);
  return checked.ok ? undefined : checked.error;
};

describe("a body that is no object", () => {
  test.each([[[]], ["text"], [1], [true], [null], [[{ status: "RUNNING" }]]])("%j is refused as such", (body) => {
    for (const kind of [...eventTypes, "heartbeat"] as const) {
      expect(error(kind, body)).toBe("{'_schema': ['Invalid input type.']}");
    }
  });
});

describe("errors", () => {
  test("come in the order of the fields, whatever the body's order, and unknown fields last", () => {
    const body = { status: "x", zzz: 1, payload_keys: {}, task_key: "", "5": null, external_url: 1, server_key: 1 };
    expect(error("run-status", body)).toBe(
      "{'server_key': ['Not a valid string.'], 'external_url': ['Not a valid URL.'], " +
        "'task_key': ['Length must be between 1 and 255.'], 'payload_keys': ['Not a valid list.'], " +
        "'status': ['Must be one of: RUNNING, COMPLETED, COMPLETED_WITH_WARNINGS, FAILED.'], " +
        "'5': ['Unknown field.'], 'zzz': ['Unknown field.']}",
    );
  });

  test("hold every check of one value", () => {
    const tool = "Tool must be alphanumeric including underscore and space. Underscore may not be leading/trailing";
    const body = { pipeline_key: "p", run_key: "r", status: "RUNNING", component_tool: "-".repeat(256) };
    expect(error("run-status", body)).toBe(`{'component_tool': ['${tool}', 'Length must be between 1 and 255.']}`);
  });

  test("of a list are keyed by position", () => {
    const body = { server_key: "s", log_level: "INFO", message: "m", payload_keys: [null, "a", 1, ""] };
    expect(error("message-log", body)).toBe(
      "{'payload_keys': {0: ['Field may not be null.'], 2: ['Not a valid string.'], " +
        "3: ['Length must be between 1 and 255.']}}",
    );
  });

  test("of rules about the whole do not show while a field is wrong, unknown ones counted", () => {
    expect(error("run-status", { status: "RUNNING", extra: null })).toBe("{'extra': ['Unknown field.']}");
  });

  test("of rules about the whole are merged", () => {
    expect(error("dataset-operation", { operation: "READ", run_key: "r" })).toBe(
      "{'_schema': ['There must be at least one valid component key specified.'], " +
        "'run_key': ['run_key must not be set'], 'dataset_key': ['dataset_key must be set.']}",
    );
  });

  test("quote an unknown field's name as Python does", () => {
    const body = { key: "k", tool: "t", version: "1", "it's\n": 1 };
    expect(error("heartbeat", body)).toBe(`{"it's\\n": ['Unknown field.']}`);
  });

  test("name an own field __proto__ like any other", () => {
    const body: unknown = JSON.parse('{"key": "k", "tool": "t", "version": "1", "__proto__": {}}');
    expect(error("heartbeat", body)).toBe("{'__proto__': ['Unknown field.']}");
  });

  test("of outcomes say which one, and what kind of thing it is not", () => {
    const test_outcomes = [null, "a", { name: "n", status: "passed" }, { status: null, dimensions: [""] }];
    expect(error("test-outcomes", { dataset_key: "d", test_outcomes })).toBe(
      "{'test_outcomes': {0: ['Field may not be null.'], 1: {'_schema': ['Invalid input type.']}, " +
        "3: {'name': ['Missing data for required field.'], 'status': ['Field may not be null.'], " +
        "'dimensions': {0: ['Shorter than minimum length 1.']}}}}",
    );
  });
});

describe("errors in a TestGen block", () => {
  const dataset = { version: 1, database_name: "d", connection_name: "c", tables: { include_pattern: "%" } };
  const item = { table: "t", test_suite: "s", version: 1 };
  const ofEvent = (testgen: unknown) => ({
    dataset_key: "d",
    component_integrations: { integrations: { testgen } },
    test_outcomes: [{ name: "n", status: "PASSED", integrations: { testgen: item } }],
  });
  const ofItem = (testgen: unknown) => ({
    ...ofEvent(dataset),
    test_outcomes: [{ name: "n", status: "PASSED", integrations: { testgen } }],
  });
  const inItem = (text: string) => `{'test_outcomes': {0: {'integrations': {'testgen': ${text}}}}}`;
  const inDataset = (text: string) => `{'component_integrations': {'integrations': {'testgen': ${text}}}}`;

  test("are found at every level", () => {
    expect(error("test-outcomes", ofEvent(null))).toBe(inDataset("['Field may not be null.']"));
    expect(error("test-outcomes", ofEvent([]))).toBe(inDataset("{'_schema': ['Invalid input type.']}"));
    expect(error("test-outcomes", ofEvent({ ...dataset, tables: "t" }))).toBe(
      inDataset("{'tables': {'_schema': ['Invalid input type.']}}"),
    );
    expect(error("test-outcomes", { ...ofEvent(dataset), component_integrations: {} })).toBe(
      "{'component_integrations': {'integrations': ['Missing data for required field.']}}",
    );
  });

  test("of its tables are bare texts", () => {
    const text = "Missing data for included tables. Must specify at least one of `include_list` or `include_pattern`.";
    expect(error("test-outcomes", ofEvent({ ...dataset, tables: {} }))).toBe(
      inDataset(`{'tables': {'include_list': '${text}', 'include_pattern': '${text}'}}`),
    );
  });

  test("of its parameters list both attempts", () => {
    const test_parameters = [
      { name: "a", value: true },
      { name: "b", value: "" },
      { name: "c", value: null },
      { name: "d" },
      null,
      { name: "f", value: [] },
    ];
    expect(error("test-outcomes", ofItem({ ...item, test_parameters }))).toBe(
      inItem(
        "{'test_parameters': {0: {'value': [['Not a valid number.'], ['Not a valid string.']]}, " +
          "1: {'value': [['Not a valid number.'], ['Shorter than minimum length 1.']]}, " +
          "2: {'value': ['Field may not be null.']}, 3: {'value': ['Missing data for required field.']}, " +
          "4: {'_schema': ['Invalid input type.']}, " +
          "5: {'value': [['Not a valid number.'], ['Not a valid string.']]}}}",
      ),
    );
    expect(error("test-outcomes", ofItem({ ...item, test_parameters: {} }))).toBe(
      inItem("{'test_parameters': ['Invalid type.']}"),
    );
  });
});
