export {
  datasetOperationEvent,
  messageLogEvent,
  metricLogEvent,
  runStatusEvent,
  testOutcomesEvent,
  testOutcomesEvents,
} from "./builders.ts";
export type {
  CommonFields,
  DatasetOperationFields,
  MessageLogFields,
  MetricLogFields,
  RunStatusFields,
  TestOutcomeFields,
  TestOutcomesFields,
} from "./fields.ts";
