import { z } from "zod";
import { bareObject, list, nonEmptyText, object, optional } from "./kinds.ts";
import { wrongType } from "./messages.ts";
import { type Problem, wholeRule } from "./rules.ts";
import { boolean, integer, parameterValue, uuid, version } from "./testgen-kinds.ts";

// The block that DataKitchen's own TestGen adds to test-outcomes events; other agents leave it out.

const tables = object({
  include_list: z.nullable(list(nonEmptyText())).default(() => []),
  include_pattern: optional(nonEmptyText()),
  exclude_pattern: optional(nonEmptyText()),
}).check(wholeRule(includedTablesRule));

function includedTablesRule(body: {
  readonly include_list?: readonly string[] | null;
  readonly include_pattern?: string | null;
}): readonly Problem[] {
  if ((body.include_list ?? []).length > 0 || (body.include_pattern ?? null) !== null) return [];
  const message = "Missing data for included tables. Must specify at least one of `include_list` or `include_pattern`.";
  return (["include_list", "include_pattern"] as const).map((field) => ({ field, message, bare: true }));
}

const tableGroup = object({
  group_id: uuid(),
  project_code: nonEmptyText(),
  uses_sampling: z.nullable(boolean()).default(false),
  sample_percentage: optional(nonEmptyText()),
  sample_minimum_count: optional(integer()),
});

const dataset = object({
  version: version(),
  database_name: nonEmptyText(),
  connection_name: nonEmptyText(),
  schema: optional(nonEmptyText()),
  tables,
  table_group_configuration: optional(tableGroup),
});

const parameter = bareObject({ name: nonEmptyText(), value: parameterValue() });

const item = object({
  table: nonEmptyText(),
  columns: z.nullable(list(nonEmptyText())).default(() => []),
  test_suite: nonEmptyText(),
  version: version(),
  test_parameters: z.nullable(z.array(parameter, { error: wrongType("Invalid type.") })).default(() => []),
});

/** Of the whole event: the table group that was tested. */
export const componentIntegrations = object({ integrations: object({ testgen: dataset }) });

/** Of one outcome: the table and the test. */
export const outcomeIntegrations = object({ testgen: item });
