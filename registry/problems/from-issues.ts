import type { z } from "zod";
import type { JsonPath } from "../../toolkit/index.ts";
import type { Configuration, Field } from "../configuration.ts";
import { type ConfigurationProblem, MISSING } from "../configuration-error.ts";
import type { Gathered } from "../sources/gather.ts";
import { type Origin, placeOf, whereIs } from "../sources/origin.ts";
import type { Sources } from "../sources/sources.ts";
import { fixForMissing, fixForValue } from "./fixes.ts";
import { secretMessage, valueMessage } from "./messages.ts";

type Issue = z.core.$ZodIssue;

/** One problem for each thing that zod found wrong with a section's values. */
export function toProblems(
  sources: Sources,
  configuration: Configuration,
  { values, origins }: Gathered,
  issues: readonly Issue[],
): readonly ConfigurationProblem[] {
  const hasProblemAlready = (key: string) => origins.has(key) && !(key in values);
  return issues.flatMap((issue) => {
    const field = configuration.fields.find(({ key }) => key === issue.path[0]);
    if (field === undefined) return [sectionProblem(sources, configuration, issue)];
    if (hasProblemAlready(field.key)) return [];
    const origin = origins.get(field.key);
    if (origin === undefined) return [missingProblem(configuration, field, issue)];
    return [valueProblem(sources, configuration, { field, origin, value: values[field.key] }, issue)];
  });
}

/** A rule about several keys that names none of them. */
function sectionProblem(sources: Sources, { section }: Configuration, { message }: Issue): ConfigurationProblem {
  const where = placeOf(sources, [section], "key") ?? MISSING;
  return { where, section, key: "", message: `The section ${message}.`, fix: "Correct it." };
}

function missingProblem({ section }: Configuration, field: Field, issue: Issue): ConfigurationProblem {
  const why = issue.code === "custom" ? `; it ${issue.message}` : "";
  return {
    where: MISSING,
    section,
    key: field.key,
    message: `${field.key} is not set${why}.`,
    fix: fixForMissing(section, field),
  };
}

interface GivenValue {
  readonly field: Field;
  readonly origin: Origin;
  readonly value: unknown;
}

function valueProblem(
  sources: Sources,
  { section }: Configuration,
  { field, origin, value }: GivenValue,
  issue: Issue,
): ConfigurationProblem {
  const rest = issue.path.slice(1).map((part) => (typeof part === "number" ? part : String(part)));
  const key = keyName(field.key, rest);
  const notation = origin.path === undefined ? "json" : "toml";
  const message = field.isSecret
    ? secretMessage(key, value, issue.message)
    : valueMessage(key, partAt(value, rest), notation, issue.message);
  return { where: whereIs(sources, origin, rest), section, key, message, fix: fixForValue(field, notation) };
}

/** `params`, `params.page`, `jobs[2]`. */
function keyName(key: string, rest: JsonPath): string {
  return key + rest.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
}

function partAt(value: unknown, [part, ...rest]: JsonPath): unknown {
  if (part === undefined) return value;
  if (typeof value !== "object" || value === null) return undefined;
  return partAt(Object.entries(value).find(([key]) => key === String(part))?.[1], rest);
}
