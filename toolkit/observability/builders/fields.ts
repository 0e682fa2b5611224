import type { DatasetOperation, MessageLogLevel, RunStatus, TestStatus } from "../vocabulary.ts";

/** Null, undefined and absent mean the same to a builder: left out. */
type Given<Value> = Value | null | undefined;
type Optional<Field extends string, Value> = { readonly [Each in Field]?: Given<Value> };

/** A number, or a text that is one. Integers past 2^53 come as bigint. */
export type Decimal = number | bigint | string;
/** A `Date`, epoch milliseconds or ISO text: what `toTimestamp` takes. */
export type Moment = Date | number | string;
/** Any object that JSON can show. Bigints, `NaN`, dates, undefined and cycles are taken care of. */
export type Metadata = { readonly [key: string]: unknown };

type KeyField = `${"server" | "stream" | "dataset" | "pipeline" | "run" | "task"}_key`;
type NameField = `${"server" | "stream" | "dataset" | "pipeline" | "run" | "task"}_name`;

/**
 * Fields of every event. Exactly one of `pipeline_key` (with `run_key`), `dataset_key`, `server_key` and `stream_key` says
 * what the event is about. Without `event_timestamp` the server takes the time of receipt.
 */
export type CommonFields = Optional<KeyField | NameField | "component_tool" | "external_url", string> & {
  readonly event_timestamp?: Given<Moment>;
  readonly metadata?: Given<Metadata>;
  readonly payload_keys?: Given<readonly string[]>;
};

/** With `task_key` the status is that of a task of the run, without it that of the run. */
export type RunStatusFields = CommonFields & {
  readonly pipeline_key: string;
  readonly run_key: string;
  readonly status: RunStatus;
};

export type MessageLogFields = CommonFields & {
  readonly log_level: MessageLogLevel;
  readonly message: string;
  readonly message_details?: Given<string>;
};

export type MetricLogFields = CommonFields & { readonly metric_key: string; readonly metric_value: Decimal };

export type DatasetOperationFields = Omit<CommonFields, "pipeline_key" | "run_key"> & {
  readonly dataset_key: string;
  readonly operation: DatasetOperation;
  readonly path?: Given<string>;
};

export type TestOutcomesFields = CommonFields & { readonly test_outcomes: readonly TestOutcomeFields[] };

export type TestOutcomeFields = Optional<"start_time" | "end_time", Moment> &
  Optional<"metric_value" | "min_threshold" | "max_threshold", Decimal> &
  Optional<"description" | "metric_name" | "metric_description" | "result" | "type" | "key", string> & {
    readonly name: string;
    readonly status: TestStatus;
    readonly metadata?: Given<Metadata>;
    readonly dimensions?: Given<readonly string[]>;
  };
