import type { z } from "zod";

/** What a rule about a whole object or list found wrong. */
export interface Problem {
  readonly message: string;
  /** Where the server reports it, under the object: a field's name, or `_schema` for the object itself. */
  readonly field?: string;
  /** The server gives these few as a bare text, not as a list of texts. */
  readonly bare?: boolean;
}

/** Runs `rule` only when the value and everything inside it has no error, unknown fields counted; reports all it finds. */
export function wholeRule<T>(rule: (value: T) => readonly Problem[]) {
  return ({ value, issues }: z.core.ParsePayload<T>): void => {
    if (issues.length > 0) return;
    for (const { message, field, bare } of rule(value)) {
      const path = field === undefined ? [] : [field];
      issues.push({ code: "custom", message, input: value, path, ...(bare ? { params: { error: message } } : {}) });
    }
  };
}

export function itemCount(min: number, max: number, message: string) {
  return wholeRule((items: readonly unknown[]) => (items.length < min || items.length > max ? [{ message }] : []));
}

interface Keys {
  readonly pipeline_key?: string | null;
  readonly dataset_key?: string | null;
  readonly server_key?: string | null;
  readonly stream_key?: string | null;
  readonly run_key?: string | null;
}

export const componentKeys = ["pipeline_key", "dataset_key", "server_key", "stream_key"] as const;

const isSet = (value: string | null | undefined): boolean => value !== undefined && value !== null;
const onWhole = (message: string): Problem => ({ field: "_schema", message });

/** Exactly one component, and a run when it is a pipeline. */
export function componentRule(body: Keys): readonly Problem[] {
  const set = componentKeys.filter((key) => isSet(body[key]));
  if (set.length === 0) return [onWhole("There must be at least one valid component key specified.")];
  if (set.length > 1) return [onWhole(`${set.join(" and ")} cannot be set at the same time.`)];
  if (isSet(body.dataset_key) || isSet(body.server_key) || isSet(body.stream_key) || isSet(body.run_key)) return [];
  return [
    onWhole("Event with batch-pipeline component must have both `pipeline_key` and `run_key` fields specified. "),
  ];
}

export function runStatusRule(body: Keys): readonly Problem[] {
  if (isSet(body.pipeline_key) && isSet(body.run_key)) return [];
  return [onWhole("RunStatusEvent must have both `pipeline_key` and `run_key` fields set.")];
}

export function datasetOperationRule(body: Keys): readonly Problem[] {
  const forbidden = (["pipeline_key", "run_key"] as const)
    .filter((field) => isSet(body[field]))
    .map((field) => ({ field, message: `${field} must not be set` }));
  const missing = isSet(body.dataset_key) ? [] : [{ field: "dataset_key", message: "dataset_key must be set." }];
  return [...forbidden, ...missing];
}
