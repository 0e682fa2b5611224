import { z } from "zod";
import { AgentError, excerpt, parseJson, type Redactor } from "../../toolkit/index.ts";
import { datasetOperationEvent, type ObservabilityEvent, runStatusEvent } from "../../toolkit/observability/index.ts";

const MAX_EXCERPT_CHARACTERS = 200;

/** A message that no event can be made of. */
export class MalformedMessageError extends AgentError {
  override readonly name: string = "MalformedMessageError";
  readonly #text: string;

  constructor(code: string, reason: string, text: string, cause?: unknown) {
    super(code, reason, { cause });
    this.#text = text;
  }

  /** The beginning of the message, for the log. */
  excerpt(redactor: Redactor): string {
    return excerpt(redactor, this.#text, MAX_EXCERPT_CHARACTERS);
  }
}

const text = z.string().nullish();
const choice = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z
    .string()
    .transform((value) => value.toUpperCase())
    .pipe(z.enum(values));

const common = {
  component_tool: text,
  external_url: text,
  event_timestamp: text,
  metadata: z.record(z.string(), z.unknown()).nullish(),
  payload_keys: z.array(z.string()).nullish(),
};

const RunStatusMessage = z.object({
  ...common,
  pipeline_key: z.string().min(1),
  pipeline_name: text,
  run_key: z.string().min(1),
  run_name: text,
  task_key: z.string().min(1).nullish(), // without one it is the run's own status, which may end the run
  task_name: text,
  status: choice(["RUNNING", "COMPLETED", "COMPLETED_WITH_WARNINGS", "FAILED"]),
});

const DatasetMessage = z.object({
  ...common,
  dataset_key: z.string().min(1),
  dataset_name: text,
  operation: choice(["READ", "WRITE"]),
  path: text,
});

export interface MessageContext {
  readonly componentType: "BATCH_PIPELINE" | "DATASET";
  /** Epoch ms; the time of events whose message does not say. */
  readonly receivedAt: number;
}

/**
 * Makes an event of a message. Fields that Observability does not know move to `metadata.source`.
 * @param message JSON object with the fields of a run-status or dataset-operation body
 * @throws {MalformedMessageError} `E_MESSAGE_NOT_JSON`, `E_MESSAGE_NOT_OBJECT` or `E_MESSAGE_FIELDS`
 */
export function toEvent(message: string, { componentType, receivedAt }: MessageContext): ObservabilityEvent {
  const given = toObject(message);
  try {
    return componentType === "BATCH_PIPELINE"
      ? runStatusEvent(complete(RunStatusMessage.parse(given), RunStatusMessage.shape, given, receivedAt))
      : datasetOperationEvent(complete(DatasetMessage.parse(given), DatasetMessage.shape, given, receivedAt));
  } catch (error) {
    throw new MalformedMessageError("E_MESSAGE_FIELDS", reasonOf(error), message, error);
  }
}

function toObject(message: string): object {
  let value: unknown;
  try {
    value = parseJson(message);
  } catch (error) {
    throw new MalformedMessageError("E_MESSAGE_NOT_JSON", "The message is not JSON.", message, error);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new MalformedMessageError("E_MESSAGE_NOT_OBJECT", "The message is not a JSON object.", message);
}

type Common = z.output<z.ZodObject<typeof common>>;

/** Adds what the message may leave out, and what Observability has no field for. */
function complete<Known extends Common>(known: Known, shape: object, given: object, receivedAt: number) {
  const isUnknown = (name: string) => !Object.hasOwn(shape, name) && name !== "EVENT_TYPE";
  const hasUnknown = Object.keys(given).some(isUnknown);
  return {
    ...known,
    event_timestamp: known.event_timestamp ?? receivedAt,
    component_tool: known.component_tool ?? "example",
    metadata: hasUnknown ? withSource(known.metadata ?? {}, pick(given, isUnknown)) : known.metadata,
  };
}

function pick(given: object, isWanted: (name: string) => boolean): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => isWanted(name)));
}

/** Under `source`, unless the message's own metadata has that name. */
function withSource(metadata: Readonly<Record<string, unknown>>, source: Readonly<Record<string, unknown>>) {
  return { ...metadata, [Object.hasOwn(metadata, "source") ? "source_fields" : "source"]: source };
}

/** One line: which field is wrong, and how. */
function reasonOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return error instanceof Error ? error.message : String(error);
  return error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}
