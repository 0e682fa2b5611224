import { maxRunNameLength, maxStoredOutcomeLabel, maxStoredOutcomeText } from "../limits.ts";
import {
  datasetOperations,
  type EventType,
  messageLogLevels,
  sendableRunStatuses,
  testStatuses,
} from "../vocabulary.ts";
import { decimal, storedDecimal } from "./numbers.ts";
import { repairFields, type Table } from "./repair-fields.ts";
import {
  choice,
  freeText,
  key,
  list,
  metadata,
  name,
  path,
  type Repair,
  testName,
  timestamp,
  tool,
  url,
} from "./repairs.ts";

interface Rules {
  readonly required?: readonly string[];
  readonly forbidden?: readonly string[];
}

function table(repairs: { readonly [field: string]: Repair }, { required = [], forbidden = [] }: Rules): Table {
  return { repairs: new Map(Object.entries(repairs)), required, forbidden };
}

const common = {
  server_key: key,
  server_name: name(),
  stream_key: key,
  stream_name: name(),
  dataset_key: key,
  dataset_name: name(),
  pipeline_key: key,
  pipeline_name: name(),
  component_tool: tool,
  external_url: url,
  run_key: key,
  run_name: name(maxRunNameLength),
  task_key: key,
  task_name: name(),
  event_timestamp: timestamp,
  metadata,
  payload_keys: list(key),
};

const outcomes: Repair = list((value, field) => repairFields(value, outcomeTable, field));

export const eventTables: { readonly [Type in EventType]: Table } = {
  "run-status": table(
    { ...common, status: choice(sendableRunStatuses) },
    { required: ["pipeline_key", "run_key", "status"] },
  ),
  "message-log": table(
    { ...common, log_level: choice(messageLogLevels), message: freeText, message_details: freeText },
    { required: ["log_level", "message"] },
  ),
  "metric-log": table(
    { ...common, metric_key: key, metric_value: decimal },
    { required: ["metric_key", "metric_value"] },
  ),
  "dataset-operation": table(
    { ...common, operation: choice(datasetOperations), path },
    { required: ["dataset_key", "operation"], forbidden: ["pipeline_key", "run_key"] },
  ),
  "test-outcomes": table({ ...common, test_outcomes: outcomes }, { required: ["test_outcomes"] }),
};

const outcomeTable = table(
  {
    name: testName,
    status: choice(testStatuses),
    description: name(maxStoredOutcomeText),
    start_time: timestamp,
    end_time: timestamp,
    metric_value: storedDecimal,
    metric_name: name(maxStoredOutcomeLabel),
    metric_description: name(maxStoredOutcomeText),
    min_threshold: storedDecimal,
    max_threshold: storedDecimal,
    metadata,
    dimensions: list(name()),
    result: freeText,
    type: name(maxStoredOutcomeLabel),
    key,
  },
  { required: ["name", "status"] },
);
