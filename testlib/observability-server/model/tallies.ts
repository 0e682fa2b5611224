import type { JsonObject } from "../../../toolkit/json.ts";
import type { EventType } from "../../../toolkit/observability/index.ts";
import { textOf } from "./event-fields.ts";

/** How much of each kind of event a component or run has had. */
export interface Tallies {
  readonly messages: { readonly ERROR: number; readonly WARNING: number; readonly INFO: number };
  readonly tests: { readonly PASSED: number; readonly WARNING: number; readonly FAILED: number };
  readonly datasets: { readonly READ: number; readonly WRITE: number };
  readonly metrics: number;
}

type Counters<T> = { -readonly [K in keyof T]: T[K] extends number ? number : Counters<T[K]> };

export function newTallies(): Counters<Tallies> {
  return {
    messages: { ERROR: 0, WARNING: 0, INFO: 0 },
    tests: { PASSED: 0, WARNING: 0, FAILED: 0 },
    datasets: { READ: 0, WRITE: 0 },
    metrics: 0,
  };
}

export function count(tallies: Counters<Tallies>, type: EventType, body: JsonObject): void {
  if (type === "message-log") countOne(tallies.messages, textOf(body, "log_level"));
  if (type === "dataset-operation") countOne(tallies.datasets, textOf(body, "operation"));
  if (type === "metric-log") tallies.metrics += 1;
  if (type === "test-outcomes")
    for (const outcome of outcomesOf(body)) countOne(tallies.tests, textOf(outcome, "status"));
}

/** The outcomes of a test-outcomes event. */
export function outcomesOf(body: JsonObject): readonly JsonObject[] {
  const outcomes = body["test_outcomes"];
  return Array.isArray(outcomes) ? outcomes : [];
}

function countOne<K extends string>(counters: Record<K, number>, name: string | undefined): void {
  if (name !== undefined && isKeyOf(counters, name)) counters[name] += 1;
}

const isKeyOf = <K extends string>(record: Record<K, number>, name: string): name is K => Object.hasOwn(record, name);
