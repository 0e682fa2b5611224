import { expect, test } from "vitest";
import {
  datasetOperationEvent,
  messageLogEvent,
  metricLogEvent,
  orderingKey,
  runStatusEvent,
  withDedupeKey,
} from "../../../../toolkit/observability/index.ts";

test("events of one run and its tasks are in one order, whatever their type", () => {
  const run = { pipeline_key: "orders", run_key: "1" };
  const keys = [
    orderingKey(runStatusEvent({ ...run, status: "RUNNING" })),
    orderingKey(runStatusEvent({ ...run, task_key: "load", status: "RUNNING" })),
    orderingKey(messageLogEvent({ ...run, log_level: "INFO", message: "a" })),
    orderingKey(metricLogEvent({ ...run, metric_key: "rows", metric_value: 1 })),
  ];
  expect(new Set(keys).size).toBe(1);
});

test("other runs, pipelines and kinds of component have orders of their own", () => {
  const log = { log_level: "INFO", message: "a" } as const;
  const keys = [
    orderingKey(messageLogEvent({ pipeline_key: "a", run_key: "1", ...log })),
    orderingKey(messageLogEvent({ pipeline_key: "a", run_key: "2", ...log })),
    orderingKey(messageLogEvent({ pipeline_key: "a1", run_key: "1", ...log })),
    orderingKey(messageLogEvent({ dataset_key: "a", ...log })),
    orderingKey(messageLogEvent({ server_key: "a", ...log })),
    orderingKey(messageLogEvent({ stream_key: "a", ...log })),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test("a dataset's operations share the order of its other events", () => {
  const operation = datasetOperationEvent({ dataset_key: "orders", operation: "READ" });
  const log = messageLogEvent({ dataset_key: "orders", log_level: "INFO", message: "a" });
  expect(orderingKey(operation)).toBe(orderingKey(log));
});

test("keys that differ in letter case only share an order, as the server's database takes them for one", () => {
  const event = (pipeline_key: string) => runStatusEvent({ pipeline_key, run_key: "R1", status: "RUNNING" });
  expect(orderingKey(event("Orders"))).toBe(orderingKey(event("orders")));
});

test("a key for de-duplication goes with the event, not into its body, and leaves the event as it was", () => {
  const event = runStatusEvent({ pipeline_key: "a", run_key: "1", status: "COMPLETED" });
  const keyed = withDedupeKey(event, "a/1/COMPLETED");
  expect(keyed).toEqual({ ...event, dedupeKey: "a/1/COMPLETED" });
  expect([keyed.body, event.dedupeKey, Object.isFrozen(keyed)]).toEqual([event.body, undefined, true]);
});

test("an empty key for de-duplication is refused: it would silence events that have nothing to do with each other", () => {
  const event = runStatusEvent({ pipeline_key: "a", run_key: "1", status: "COMPLETED" });
  expect(() => withDedupeKey(event, "")).toThrow(expect.objectContaining({ code: "E_DEDUPE_KEY" }));
});
