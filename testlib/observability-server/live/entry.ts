import type { JsonObject } from "../../../toolkit/json.ts";
import { componentOf, outcomesOf, textOf } from "../model/index.ts";
import type { AcceptedEvent } from "../received.ts";
import { clip, plural } from "./text.ts";

/** One line of the page's activity list. All texts are a stranger's: the page must show them as text. */
export interface Entry {
  readonly sequence: number;
  readonly type: AcceptedEvent["type"];
  /** Epoch milliseconds of the receipt. */
  readonly receivedAt: number;
  /** The event's own time as sent, if any. */
  readonly at: string | undefined;
  /** The worst that it says: a run status, a log level, a test status. */
  readonly level: string | undefined;
  /** `pipeline:orders`; the page knows the component's name from other updates. */
  readonly component: string;
  readonly runKey?: string | undefined;
  /** Name or key. */
  readonly task?: string | undefined;
  readonly text: string;
  readonly details: string | undefined;
  readonly url: string | undefined;
}

const maxText = 600;
const maxDetails = 4_000;

export function toEntry(event: AcceptedEvent): Entry {
  const { sequence, type, receivedAt, body } = event;
  const component = componentOf(body);
  const { level, text, details } = describe(event);
  return {
    sequence,
    type,
    receivedAt,
    at: textOf(body, "event_timestamp"),
    level,
    component: component === undefined ? "" : `${component.type}:${component.key}`,
    // Only a pipeline has runs and tasks: with another component the server drops what names them.
    ...(component?.type === "pipeline" && {
      runKey: textOf(body, "run_key"),
      task: textOf(body, "task_name") ?? textOf(body, "task_key"),
    }),
    text: clip(text, maxText),
    details: details === undefined ? undefined : clip(details, maxDetails),
    url: textOf(body, "external_url"),
  };
}

type Description = Pick<Entry, "level" | "text" | "details">;

function describe({ type, body }: AcceptedEvent): Description {
  const field = (name: string): string => textOf(body, name) ?? "";
  switch (type) {
    case "run-status":
      return {
        level: field("status"),
        text: textOf(body, "task_key") ? "Task status" : "Run status",
        details: undefined,
      };
    case "message-log":
      return { level: field("log_level"), text: field("message"), details: textOf(body, "message_details") };
    case "metric-log":
      return { level: undefined, text: `${field("metric_key")} = ${String(body["metric_value"])}`, details: undefined };
    case "dataset-operation":
      return { level: field("operation"), text: field("path") || "(no path)", details: undefined };
    case "test-outcomes":
      return describeTests(outcomesOf(body));
  }
}

function describeTests(outcomes: readonly JsonObject[]): Description {
  const by = (status: string): readonly JsonObject[] => outcomes.filter((outcome) => outcome["status"] === status);
  const [failed, warning, passed] = [by("FAILED"), by("WARNING"), by("PASSED")];
  const counts = [`${failed.length} failed`, `${warning.length} with warning`, `${passed.length} passed`];
  const notGood = [...failed, ...warning].map((outcome) =>
    [textOf(outcome, "status"), textOf(outcome, "name"), textOf(outcome, "description")].filter(Boolean).join(" · "),
  );
  return {
    level: failed.length > 0 ? "FAILED" : warning.length > 0 ? "WARNING" : "PASSED",
    text: `${plural(outcomes.length, "test")}: ${counts.join(", ")}`,
    details: notGood.length > 0 ? notGood.join("\n") : undefined,
  };
}
