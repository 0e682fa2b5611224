export {
  type CommonFields,
  type DatasetOperationFields,
  datasetOperationEvent,
  type MessageLogFields,
  type MetricLogFields,
  messageLogEvent,
  metricLogEvent,
  type RunStatusFields,
  runStatusEvent,
  type TestOutcomeFields,
  type TestOutcomesFields,
  testOutcomesEvent,
  testOutcomesEvents,
} from "./builders/index.ts";
export {
  type DatasetOperationBody,
  type DatasetOperationEvent,
  type MessageLogBody,
  type MessageLogEvent,
  type MetricLogBody,
  type MetricLogEvent,
  type ObservabilityEvent,
  orderingKey,
  type RunStatusBody,
  type RunStatusEvent,
  type TestOutcome,
  type TestOutcomesBody,
  type TestOutcomesEvent,
  withDedupeKey,
} from "./events.ts";
export { maxBodyBytes } from "./limits.ts";
export { eventSchemas } from "./schemas/events.ts";
export { type HeartbeatBody, heartbeatSchema } from "./schemas/heartbeat.ts";
export { messages } from "./schemas/messages.ts";
export { toTimestamp } from "./timestamp.ts";
export {
  type DatasetOperation,
  datasetOperations,
  type EventType,
  eventTypes,
  isFinished,
  type MessageLogLevel,
  messageLogLevels,
  type RunStatus,
  runStatuses,
  type TestStatus,
  testStatuses,
} from "./vocabulary.ts";
