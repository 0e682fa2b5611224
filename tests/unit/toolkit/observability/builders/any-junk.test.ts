import { expect, test } from "vitest";
import { AgentError } from "../../../../../toolkit/index.ts";
import {
  datasetOperationEvent,
  type EventType,
  eventSchemas,
  eventTypes,
  maxBodyBytes,
  messageLogEvent,
  metricLogEvent,
  type ObservabilityEvent,
  runStatusEvent,
  testOutcomesEvent,
} from "../../../../../toolkit/observability/index.ts";
import { type Junk, junk } from "./junk.ts";

// Property: a builder refuses with E_EVENT_INVALID, or what it makes is an event the server takes.

const things = ["server", "stream", "dataset", "pipeline", "run", "task"];
const names = [...things.map((thing) => `${thing}_name`), "component_tool", "external_url", "task_key"];
const outcomeTexts = ["description", "metric_name", "metric_description", "result", "type", "key"];
const run = { pipeline_key: "p", run_key: "r" };

const common = ({ fields, value, chance }: Junk): Record<string, unknown> => ({
  ...fields(names),
  ...(chance(0.5) ? { metadata: { junk: value(), more: value() } } : {}),
  ...(chance(0.1) ? { metadata: value() } : {}),
  ...(chance(0.1) ? { payload_keys: value() } : {}),
  ...(chance(0.2) ? { event_timestamp: value() } : {}),
});

const outcome = ({ fields, value, text, chance }: Junk): Record<string, unknown> => ({
  name: chance(0.9) ? `n${text()}` : text(),
  status: "FAILED",
  ...fields(outcomeTexts),
  ...(chance(0.3) ? { metadata: { a: value() } } : {}),
  ...(chance(0.1) ? { metric_value: value(), dimensions: [text(), text()] } : {}),
});

// The fields come as unknown values, as those of a tool's reply do: the builders' types say nothing here.
const build: Record<EventType, (source: Junk) => ObservabilityEvent> = {
  "run-status": (source) => runStatusEvent({ ...run, status: "RUNNING", ...common(source) }),
  "message-log": (source) =>
    messageLogEvent({ server_key: "s", log_level: "INFO", message: source.text(), ...common(source) }),
  "metric-log": (source) =>
    metricLogEvent({ stream_key: "s", metric_key: source.text(), metric_value: source.text(), ...common(source) }),
  "dataset-operation": (source) =>
    datasetOperationEvent({ dataset_key: "d", operation: "READ", path: source.text(), ...common(source) }),
  "test-outcomes": (source) => {
    const test_outcomes = Array.from({ length: source.chance(0.05) ? 400 : 3 }, () => outcome(source));
    return testOutcomesEvent(Object.assign({ ...run, test_outcomes: [] }, common(source), { test_outcomes }));
  },
};

const counts: Record<EventType, number> = {
  "run-status": 1_500,
  "message-log": 1_500,
  "metric-log": 1_500,
  "dataset-operation": 1_500,
  "test-outcomes": 400,
};

test.each(eventTypes)("%s: what junk a builder takes, the server takes", (type) => {
  let built = 0;
  for (let seed = 1; seed <= counts[type]; seed += 1) {
    const event = buildOrRefuse(type, seed);
    if (event === undefined) continue;
    built += 1;
    const json = JSON.stringify(event.body);
    const checked = eventSchemas[type].safeParse(JSON.parse(json));
    expect(checked.error?.issues, `seed ${seed}`).toBeUndefined();
    expect(JSON.parse(json), `seed ${seed}`).toEqual(event.body); // plain JSON, nothing lost on the wire
    expect(Buffer.byteLength(json), `seed ${seed}`).toBeLessThanOrEqual(maxBodyBytes);
    expect(json.isWellFormed() && !/\\ud[89a-f]/i.test(json), `seed ${seed}`).toBe(true);
  }
  expect(built).toBeGreaterThan(counts[type] / 10); // it is not all refused
  expect(built).toBeLessThan(counts[type]);
});

function buildOrRefuse(type: EventType, seed: number): ObservabilityEvent | undefined {
  try {
    return build[type](junk(seed));
  } catch (error) {
    expect(error, `seed ${seed}`).toBeInstanceOf(AgentError);
    expect(error, `seed ${seed}`).toMatchObject({ code: "E_EVENT_INVALID" });
    return undefined;
  }
}
