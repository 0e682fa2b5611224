import { z } from "zod";
import { testStatuses } from "../vocabulary.ts";
import { anyText, choice, decimal, list, map, nonEmptyText, object, optional, time } from "./kinds.ts";
import { messages } from "./messages.ts";
import { itemCount, type Problem } from "./rules.ts";
import { outcomeIntegrations } from "./testgen.ts";

/** One test result. Unlike in the event around it, nulls stay. The order of the fields is that of the server's reports. */
export const outcome = object({
  name: nonEmptyText(),
  status: choice(testStatuses),
  description: z.nullable(anyText()).default(""),
  start_time: optional(time()),
  end_time: optional(time()),
  metric_value: optional(decimal()),
  metric_name: optional(nonEmptyText()),
  metric_description: optional(nonEmptyText()),
  min_threshold: optional(decimal()),
  max_threshold: optional(decimal()),
  metadata: z.nullable(map()).default(() => ({})),
  integrations: optional(outcomeIntegrations),
  dimensions: optional(list(nonEmptyText()).check(itemCount(1, Number.POSITIVE_INFINITY, messages.tooShort))),
  result: optional(nonEmptyText()),
  type: optional(nonEmptyText()),
  key: optional(nonEmptyText()),
});

/** The TestGen block is on the event and on every outcome, or nowhere. */
export function testGenRule(body: {
  readonly component_integrations?: unknown;
  readonly test_outcomes: readonly { readonly integrations?: unknown }[];
}): readonly Problem[] {
  const isOn = (value: unknown): boolean => value !== undefined && value !== null;
  const outcomes = body.test_outcomes.map(({ integrations }) => isOn(integrations));
  if (isOn(body.component_integrations)) {
    if (outcomes.every(Boolean)) return [];
    const message = "Missing testgen integration for some items";
    return [{ field: "test_outcomes[*].integrations.testgen", message, bare: true }];
  }
  if (!outcomes.some(Boolean)) return [];
  const message = "Missing testgen data from root payload when present for some items.";
  return [{ field: "component_integrations.integrations.testgen", message, bare: true }];
}
