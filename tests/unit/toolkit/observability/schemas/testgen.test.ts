import { describe, expect, test } from "vitest";
import { eventSchemas } from "../../../../../toolkit/observability/index.ts";

const group = { group_id: "9f0fa7b8-8c58-4e5c-ae02-d3cb8504a22e", project_code: "DEMO" };
const dataset = { version: 1, database_name: "dw", connection_name: "main", tables: { include_list: ["orders"] } };
const item = { table: "orders", columns: ["id"], test_suite: "nightly", version: 1 };

function body({ ofEvent = {}, ofItem = {} }: { ofEvent?: object; ofItem?: object }) {
  const integrations = { testgen: { ...item, ...ofItem } };
  return {
    dataset_key: "orders",
    component_integrations: { integrations: { testgen: { ...dataset, ...ofEvent } } },
    test_outcomes: [{ name: "n", status: "PASSED", integrations }],
  };
}

const parse = (value: unknown) => eventSchemas["test-outcomes"].safeParse(value);
const problems = (value: unknown) =>
  (parse(value).error?.issues ?? []).map((issue) => `${issue.path.join(".")}: ${issue.message}`);
const inDataset = "component_integrations.integrations.testgen";
const inItem = "test_outcomes.0.integrations.testgen";

test("a whole block is taken, with the server's defaults", () => {
  const parsed = parse(body({ ofEvent: { schema: "sales", table_group_configuration: group } }));
  expect(parsed.data?.component_integrations).toEqual({
    integrations: {
      testgen: {
        ...dataset,
        schema: "sales",
        table_group_configuration: { ...group, uses_sampling: false },
      },
    },
  });
  expect(parsed.data?.test_outcomes[0]?.integrations).toEqual({ testgen: { ...item, test_parameters: [] } });
});

describe("its kinds of value", () => {
  test.each([
    ["9F0FA7B8-8C58-4E5C-AE02-D3CB8504A22E"],
    ["9f0fa7b88c584e5cae02d3cb8504a22e"],
    ["{9f0fa7b8-8c58-4e5c-ae02-d3cb8504a22e}"],
    ["urn:uuid:9f0fa7b8-8c58-4e5c-ae02-d3cb8504a22e"],
    ["9-f0fa7b88c584e5cae02d3cb8504a22-e"],
  ])("the uuid %s is normalised", (group_id) => {
    const parsed = parse(body({ ofEvent: { table_group_configuration: { ...group, group_id } } }));
    const integrations = parsed.data?.component_integrations?.integrations;
    expect(integrations?.testgen.table_group_configuration?.group_id).toBe(group.group_id);
  });

  test("a uuid with many braces inside does not take long", { timeout: 5_000 }, () => {
    const group_id = `9${"{".repeat(200_000)}f`;
    expect(problems(body({ ofEvent: { table_group_configuration: { ...group, group_id } } }))).toHaveLength(1);
  });

  test.each(["", "9f0fa7b8", "9f0fa7b88c584e5cae02d3cb8504a22g", 1, []])("%j is no uuid", (group_id) => {
    expect(problems(body({ ofEvent: { table_group_configuration: { ...group, group_id } } }))).toEqual([
      `${inDataset}.table_group_configuration.group_id: Not a valid UUID.`,
    ]);
  });

  const sampling = (fields: object) => {
    const parsed = parse(body({ ofEvent: { table_group_configuration: { ...group, ...fields } } }));
    if (!parsed.success) return parsed.error.issues.map(({ message }) => message);
    return parsed.data.component_integrations?.integrations.testgen.table_group_configuration;
  };

  test.each([true, 1, "1", "t", "T", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"])(
    "%j is true",
    (uses_sampling) => {
      expect(sampling({ uses_sampling })).toEqual({ ...group, uses_sampling: true });
    },
  );

  test.each([false, 0, "0", "f", "F", "n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"])(
    "%j is false",
    (uses_sampling) => {
      expect(sampling({ uses_sampling })).toEqual({ ...group, uses_sampling: false });
    },
  );

  test.each(["", "yEs", " true", 2, [], {}])("%j is no boolean", (uses_sampling) => {
    expect(sampling({ uses_sampling })).toEqual(["Not a valid boolean."]);
  });

  test.each([
    [12, 12],
    [1.9, 1],
    [-1.9, -1],
    ["12", 12],
    [" -7 ", -7],
  ])("%j is the integer %i", (sample_minimum_count, expected) => {
    expect(sampling({ sample_minimum_count })).toMatchObject({ sample_minimum_count: expected });
  });

  test.each([
    [true, "Not a valid integer."],
    ["1.9", "Not a valid integer."],
    ["", "Not a valid integer."],
    [[], "Not a valid integer."],
    [Number.POSITIVE_INFINITY, "Number too large."],
  ])("%s is no integer", (sample_minimum_count, message) => {
    expect(sampling({ sample_minimum_count })).toEqual([message]);
  });

  test.each([1, 1.0, true])("the version may be %j", (version) => {
    expect(problems(body({ ofEvent: { version } }))).toEqual([]);
  });

  test.each(["1", 2, false])("the version may not be %j", (version) => {
    expect(problems(body({ ofItem: { version } }))).toEqual([`${inItem}.version: Must be one of: 1.`]);
  });
});

describe("its tables", () => {
  const missing = "Missing data for included tables. Must specify at least one of `include_list` or `include_pattern`.";

  test.each([{}, { include_list: [] }, { include_list: null }, { include_list: [], include_pattern: null }])(
    "must include something: %j does not",
    (tables) => {
      expect(problems(body({ ofEvent: { tables } }))).toEqual([
        `${inDataset}.tables.include_list: ${missing}`,
        `${inDataset}.tables.include_pattern: ${missing}`,
      ]);
    },
  );

  test.each([{ include_list: ["a"] }, { include_pattern: "a%" }, { include_list: [], include_pattern: "a%" }])(
    "may be %j",
    (tables) => {
      expect(problems(body({ ofEvent: { tables } }))).toEqual([]);
    },
  );
});

test.each([
  [5, "5"],
  ["5.0", "5.0"],
  ["NaN", "NaN"],
  ["any text", "any text"],
])("a parameter may be %j", (value, expected) => {
  const parsed = parse(body({ ofItem: { test_parameters: [{ name: "threshold", value }] } }));
  expect(parsed.data?.test_outcomes[0]?.integrations?.testgen.test_parameters).toEqual([
    { name: "threshold", value: expected },
  ]);
});

describe("the block as a whole", () => {
  const outcome = { name: "n", status: "PASSED" };
  const whole = body({});

  test("is on every outcome when it is on the event", () => {
    const test_outcomes = [...whole.test_outcomes, outcome];
    expect(problems({ ...whole, test_outcomes })).toEqual([
      "test_outcomes[*].integrations.testgen: Missing testgen integration for some items",
    ]);
  });

  test("is on the event when it is on an outcome", () => {
    expect(
      problems({ ...whole, component_integrations: null, test_outcomes: [outcome, ...whole.test_outcomes] }),
    ).toEqual([
      "component_integrations.integrations.testgen: Missing testgen data from root payload when present for some items.",
    ]);
  });

  test("is judged together with the component", () => {
    expect(problems({ ...whole, dataset_key: null, test_outcomes: [outcome] })).toEqual([
      "_schema: There must be at least one valid component key specified.",
      "test_outcomes[*].integrations.testgen: Missing testgen integration for some items",
    ]);
  });
});
