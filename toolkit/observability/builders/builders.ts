import type { JsonObject } from "../../json.ts";
import type {
  DatasetOperationEvent,
  MessageLogEvent,
  MetricLogEvent,
  ObservabilityEvent,
  RunStatusEvent,
  TestOutcomesEvent,
} from "../events.ts";
import { maxOutcomes } from "../limits.ts";
import type { EventType } from "../vocabulary.ts";
import { checkComponent } from "./component.ts";
import { FieldProblem, refusingEvent } from "./field-problem.ts";
import type {
  DatasetOperationFields,
  MessageLogFields,
  MetricLogFields,
  RunStatusFields,
  TestOutcomesFields,
} from "./fields.ts";
import { fitBody } from "./fit.ts";
import { repairFields } from "./repair-fields.ts";
import { outcomesOf, splitOutcomes } from "./split-outcomes.ts";
import { eventTables } from "./tables.ts";

// Every builder gives an event the server takes: it repairs what can be repaired (cuts keys, names and the whole to size,
// cleans the tool, drops a link the server would refuse, makes metadata plain JSON, leaves out what is empty or null), and
// throws AgentError `E_EVENT_INVALID`, which names field and reason, for the rest.

/** Status of a run, or with `task_key` of a task in it. A status of `UNKNOWN` is refused: skip it, or map it. */
export function runStatusEvent(fields: RunStatusFields): RunStatusEvent {
  return build("run-status", fields);
}

export function messageLogEvent(fields: MessageLogFields): MessageLogEvent {
  return build("message-log", fields);
}

export function metricLogEvent(fields: MetricLogFields): MetricLogEvent {
  return build("metric-log", fields);
}

export function datasetOperationEvent(fields: DatasetOperationFields): DatasetOperationEvent {
  return build("dataset-operation", fields);
}

/**
 * One event with 1 to 500 outcomes. Their texts are cut to what the server can store; a number it cannot store (`NaN`, 16
 * digits before the point) is left out. For any number of outcomes see `testOutcomesEvents`.
 */
export function testOutcomesEvent(fields: TestOutcomesFields): TestOutcomesEvent {
  return refusingEvent("test-outcomes", () => {
    const body = repair("test-outcomes", fields);
    const count = outcomesOf(body).length;
    if (count <= maxOutcomes) return seal("test-outcomes", fitBody(body));
    throw new FieldProblem("test_outcomes", `has ${count} items of at most ${maxOutcomes}; use testOutcomesEvents`);
  });
}

/** As `testOutcomesEvent`, in as many events as 500 outcomes and 102,400 bytes an event ask for, in order; `[]` for none. */
export function testOutcomesEvents(fields: TestOutcomesFields): readonly TestOutcomesEvent[] {
  const { test_outcomes } = fields;
  if (Array.isArray(test_outcomes) && test_outcomes.length === 0) return [];
  return refusingEvent("test-outcomes", () =>
    splitOutcomes(repair("test-outcomes", fields)).map((part) => seal("test-outcomes", fitBody(part))),
  );
}

function build<Type extends EventType>(type: Type, fields: object): EventOf<Type> {
  return refusingEvent(type, () => seal(type, fitBody(repair(type, fields))));
}

function repair(type: EventType, fields: object): JsonObject {
  const body = repairFields(fields, eventTables[type]);
  checkComponent(body);
  return body["metadata"] === undefined ? { ...body, metadata: {} } : body;
}

type EventOf<Type extends EventType> = Extract<ObservabilityEvent, { readonly type: Type }>;

/** The one place that says a repaired body is the typed one: the tables repair what the types promise, and tests compare. */
function seal<Type extends EventType>(type: Type, body: JsonObject): EventOf<Type> {
  return Object.freeze({ type, body: Object.freeze(body) }) as unknown as EventOf<Type>;
}
