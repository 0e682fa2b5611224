import { type AcceptedEvent, compare, type Obligation } from "../../../testlib/index.ts";
import type { Finding } from "../checker/finding.ts";
import type { Delivery } from "../checker/history.ts";
import type { SentEvent } from "./source.ts";

export interface Shown {
  /** What had been shown when all was well again: it must have come. */
  readonly owed: readonly Obligation[];
  /** What had been shown when the agent was stopped: nothing else can have come, and only in this order. */
  readonly shown: readonly Obligation[];
  eventOf(key: string): SentEvent | undefined;
}

/** Judges by the source suite's comparison, which leaves open what nobody can know: that of the first copies of all events. */
export function judgeByComparison(
  { owed, shown, eventOf }: Shown,
  deliveries: readonly Delivery[],
): readonly Finding[] {
  const keys = new Set(deliveries.map(({ key }) => key));
  const events = toEvents([...keys].flatMap((key) => eventOf(key) ?? []));
  const missing = compare(owed, events).filter(({ kind }) => kind === "missing");
  const wrong = compare(shown, events).filter(({ kind }) => kind !== "missing");
  return [...missing, ...wrong].map(({ kind, text }) => ({ kind, text, run: runIn(text) }));
}

/** @param sent in the order in which it came */
export function toEvents(sent: readonly SentEvent[]): readonly AcceptedEvent[] {
  return sent.map((event, index) => ({ sequence: index + 1, receivedAt: 0, source: "API", ...event }));
}

/** `run 7/901, task load: COMPLETED` is about `7/901`. */
function runIn(text: string): string {
  return /^run (.*?)(?:, task .*)?: [A-Z_]+/.exec(text)?.[1] ?? "";
}
