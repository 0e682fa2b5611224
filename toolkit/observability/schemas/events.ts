import { z } from "zod";
import { maxOutcomes, maxPathLength, maxRunNameLength } from "../limits.ts";
import { datasetOperations, messageLogLevels, sendableRunStatuses } from "../vocabulary.ts";
import {
  anyText,
  bareObject,
  choice,
  decimal,
  list,
  map,
  nonEmptyText,
  optional,
  text,
  time,
  tool,
  url,
} from "./kinds.ts";
import { outcome, testGenRule } from "./outcomes.ts";
import { componentRule, datasetOperationRule, itemCount, runStatusRule, wholeRule } from "./rules.ts";
import { componentIntegrations } from "./testgen.ts";

// The bodies of the five v1 events, observability-api.md section 7. Keep the order of the fields: it is the order in which
// the server reports their errors. What comes out is the body as the server hands it on: normalised, without nulls.

const common = {
  server_key: optional(text()),
  server_name: optional(text()),
  stream_key: optional(text()),
  stream_name: optional(text()),
  dataset_key: optional(text()),
  dataset_name: optional(text()),
  pipeline_key: optional(text()),
  pipeline_name: optional(text()),
  component_tool: optional(tool()),
  external_url: optional(url()),
  run_key: optional(text()),
  run_name: optional(text(maxRunNameLength)),
  task_key: optional(text()),
  task_name: optional(text()),
  event_timestamp: z.exactOptional(time()),
  metadata: map().default(() => ({})),
  payload_keys: list(text()).default(() => []),
};

export const runStatusSchema = bareObject({ ...common, status: choice(sendableRunStatuses) })
  .check(wholeRule((body) => [...componentRule(body), ...runStatusRule(body)]))
  .transform(withoutNulls);

export const messageLogSchema = bareObject({
  ...common,
  log_level: choice(messageLogLevels),
  message: nonEmptyText(),
  message_details: optional(anyText()),
})
  .check(wholeRule(componentRule))
  .transform(withoutNulls);

export const metricLogSchema = bareObject({ ...common, metric_key: nonEmptyText(), metric_value: decimal() })
  .check(wholeRule(componentRule))
  .transform(withoutNulls);

export const datasetOperationSchema = bareObject({
  ...common,
  operation: choice(datasetOperations),
  path: optional(text(maxPathLength)),
})
  .check(wholeRule((body) => [...componentRule(body), ...datasetOperationRule(body)]))
  .transform(withoutNulls);

export const testOutcomesSchema = bareObject({
  ...common,
  test_outcomes: list(outcome).check(itemCount(1, maxOutcomes, `Length must be between 1 and ${maxOutcomes}.`)),
  component_integrations: optional(componentIntegrations),
})
  .check(wholeRule((body) => [...componentRule(body), ...testGenRule(body)]))
  .transform(withoutNulls);

type WithoutNulls<Body> = { [Field in keyof Body]: Exclude<Body[Field], null> };

/** Null means "absent" to the server. */
function withoutNulls<Body extends object>(body: Body): WithoutNulls<Body> {
  const given = Object.entries(body).filter(([, value]) => value !== null);
  return Object.fromEntries(given) as WithoutNulls<Body>; // entries know nothing of the types of their fields
}

export const eventSchemas = {
  "run-status": runStatusSchema,
  "message-log": messageLogSchema,
  "metric-log": metricLogSchema,
  "dataset-operation": datasetOperationSchema,
  "test-outcomes": testOutcomesSchema,
};
