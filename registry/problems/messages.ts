import { Redactor } from "../../toolkit/index.ts";
import { textsIn } from "../schema/secrets.ts";
import { type Notation, shownValue } from "../schema/shown-value.ts";

/** `period is -5; it must be more than 0 seconds.` */
export function valueMessage(key: string, value: unknown, notation: Notation, rule: string): string {
  const state = value === undefined ? "not set" : shownValue(value, notation);
  return `${key} is ${state}; ${asClause(rule)}.`;
}

/** The same without the value, should even the rule's own text quote it. */
export function secretMessage(key: string, value: unknown, rule: string): string {
  const redactor = new Redactor();
  for (const text of textsIn(value)) redactor.add(text);
  return `${key} is a secret and not shown here; ${redactor.redact(asClause(rule))}.`;
}

/** Rules read on from "it": `must be more than 0 seconds`. Other texts stand for themselves. */
function asClause(rule: string): string {
  const text = rule.replace(/\.$/, "");
  return text.startsWith("must") ? `it ${text}` : text;
}
