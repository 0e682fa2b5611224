import type { z } from "zod";
import { AgentError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type {
  datasetOperationSchema,
  messageLogSchema,
  metricLogSchema,
  runStatusSchema,
  testOutcomesSchema,
} from "./schemas/events.ts";

type LeaveOut<Body, Field extends keyof Body> = Readonly<Omit<Body, Field> & Partial<Pick<Body, Field>>>;
/** The server's defaults are not sent. */
type Sent<Schema extends z.ZodType<{ payload_keys: unknown }>> = LeaveOut<z.output<Schema>, "payload_keys">;
/** The server's normal form of a number is text; it is sent as the number it is. */
type WithNumbers<Body> = {
  [Field in keyof Body]: Field extends "metric_value" | `${string}_threshold` ? Body[Field] | number : Body[Field];
};

export type RunStatusBody = Sent<typeof runStatusSchema>;
export type MessageLogBody = Sent<typeof messageLogSchema>;
export type MetricLogBody = WithNumbers<Sent<typeof metricLogSchema>>;
export type DatasetOperationBody = Sent<typeof datasetOperationSchema>;
export type TestOutcome = WithNumbers<
  LeaveOut<z.output<typeof testOutcomesSchema>["test_outcomes"][number], "description" | "metadata">
>;
export type TestOutcomesBody = Omit<Sent<typeof testOutcomesSchema>, "test_outcomes"> & {
  readonly test_outcomes: readonly TestOutcome[];
};

/** What is sent to Observability: `body`, exactly as it is posted, to the route of `type`. Never changed once built. */
interface Envelope<Type extends string, Body extends JsonObject> {
  readonly type: Type;
  readonly body: Body;
  /** See `withDedupeKey`. Not sent. */
  readonly dedupeKey?: string;
}

export type RunStatusEvent = Envelope<"run-status", RunStatusBody>;
export type MessageLogEvent = Envelope<"message-log", MessageLogBody>;
export type MetricLogEvent = Envelope<"metric-log", MetricLogBody>;
export type DatasetOperationEvent = Envelope<"dataset-operation", DatasetOperationBody>;
export type TestOutcomesEvent = Envelope<"test-outcomes", TestOutcomesBody>;
export type ObservabilityEvent =
  | RunStatusEvent
  | MessageLogEvent
  | MetricLogEvent
  | DatasetOperationEvent
  | TestOutcomesEvent;

/**
 * The event, with what tells it from all others: `databricks/455644833/901/COMPLETED`. Once an event with a key has been
 * taken for delivery, later ones with that key are left out, across restarts, for `ledger_days`.
 * @throws {AgentError} `E_DEDUPE_KEY` for an empty key, which would leave out all others that have none either
 */
export function withDedupeKey<Event extends ObservabilityEvent>(event: Event, dedupeKey: string): Event {
  if (dedupeKey === "") {
    const message = "An event's key for de-duplication is empty. Make it of what tells the event from all others.";
    throw new AgentError("E_DEDUPE_KEY", message);
  }
  const keyed: Event = { ...event, dedupeKey };
  Object.freeze(keyed);
  return keyed;
}

/**
 * Events with the same key are delivered in the order in which they were built: those of one run of a pipeline, its tasks
 * included, or those of one dataset, server or stream. Keys that differ only in letter case may be one to the server's
 * database, so they are one here.
 */
export function orderingKey({ body }: ObservabilityEvent): string {
  if (body.pipeline_key !== undefined) return toOrderingKey("run", body.pipeline_key, body.run_key ?? "");
  if (body.dataset_key !== undefined) return toOrderingKey("dataset", body.dataset_key);
  if (body.server_key !== undefined) return toOrderingKey("server", body.server_key);
  return toOrderingKey("stream", body.stream_key ?? "");
}

function toOrderingKey(...parts: readonly string[]): string {
  return parts.join("\u0000").toLowerCase();
}
