import type { z } from "zod";
import { nearestName } from "../../toolkit/index.ts";
import { anyOf } from "../schema/any-of.ts";

type RawIssue = z.core.$ZodRawIssue;

/** What a value must be, for any rule without its own message: `must be at least 1`. Meant for zod's `error` option. */
export function issueText(issue: RawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${typeName(issue)}`;
    case "invalid_value":
      return `must be ${oneOf(issue.values)}${didYouMean(issue.input, issue.values)}`;
    case "too_small":
      return tooSmall(issue);
    case "too_big":
      return tooBig(issue);
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_format":
      return `must be ${FORMAT_NAMES[issue.format] ?? `text in the format "${issue.format}"`}`;
    case "unrecognized_keys":
      return `must not have ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
    default:
      return "must have another form";
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text in quotes",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "a table",
  record: "a table",
};

const FORMAT_NAMES: Readonly<Record<string, string>> = {
  url: "a URL",
  uuid: "a UUID",
  datetime: "an ISO 8601 date and time",
  regex: "text of another form",
};

function typeName({ expected, input }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidType>): string {
  if (typeof input === "number" && !Number.isFinite(input)) return "a finite number";
  const name = TYPE_NAMES[expected] ?? expected;
  const isTooLarge = typeof input === "bigint" && (expected === "number" || expected === "int");
  return isTooLarge ? `${name} from ${Number.MIN_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}` : name;
}

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): string {
  if (origin === "string") return minimum === 1 ? "must not be empty" : `must have at least ${minimum} characters`;
  if (origin === "array") return `must have at least ${minimum} ${minimum === 1 ? "entry" : "entries"}`;
  return inclusive === false ? `must be more than ${minimum}` : `must be ${minimum} or more`;
}

function tooBig({ origin, maximum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>): string {
  if (origin === "string") return `must have at most ${maximum} characters`;
  if (origin === "array") return `must have at most ${maximum} ${maximum === 1 ? "entry" : "entries"}`;
  return inclusive === false ? `must be less than ${maximum}` : `must be ${maximum} or less`;
}

function oneOf(values: readonly unknown[]): string {
  return anyOf(values.map((value) => (typeof value === "string" ? `"${value}"` : String(value))));
}

function didYouMean(input: unknown, values: readonly unknown[]): string {
  if (typeof input !== "string") return "";
  const nearest = nearestName(
    input,
    values.filter((value) => typeof value === "string"),
  );
  return nearest === undefined ? "" : ` (did you mean "${nearest}"?)`;
}
