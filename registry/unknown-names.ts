import { nearestName } from "../toolkit/index.ts";
import type { Configuration } from "./configuration.ts";
import type { ConfigurationProblem } from "./configuration-error.ts";
import { tableOf } from "./sources/found.ts";
import { placeOf } from "./sources/origin.ts";
import type { Sources } from "./sources/sources.ts";

const OUR_VARIABLES = /^DK_/i;

/** Keys that a known section does not have, and known sections that are not tables. */
export function unknownKeys(sources: Sources, known: readonly Configuration[]): readonly ConfigurationProblem[] {
  return known.flatMap((configuration) => {
    const { section } = configuration;
    const value = sources.file?.values[section];
    if (value !== undefined && tableOf(sources, section) !== value) return [notATable(sources, section)];
    const names = configuration.fields.flatMap(({ key, isSecret }) => (isSecret ? [key, `${key}_file`] : [key]));
    const unknown = Object.keys(tableOf(sources, section)).filter((key) => !names.includes(key));
    return unknown.map((key) => unknownKey(sources, section, key, names));
  });
}

function unknownKey(sources: Sources, section: string, key: string, names: readonly string[]): ConfigurationProblem {
  const nearest = nearestName(key, names);
  const fix = nearest === undefined ? `Delete it. [${section}] has ${names.join(", ")}.` : `Did you mean ${nearest}?`;
  const where = placeOf(sources, [section, key], "key") ?? "";
  return { where, section, key, message: `${key} is not a key of this section.`, fix };
}

function notATable(sources: Sources, section: string): ConfigurationProblem {
  const where = placeOf(sources, [section], "value") ?? "";
  return { where, section, key: "", message: `${section} must be a table.`, fix: `Write it as [${section}].` };
}

/** Warnings about sections and `DK_` variables that nothing reads. */
export function unknownNames(sources: Sources, known: readonly Configuration[]): readonly string[] {
  return [...unknownSections(sources, known), ...unknownVariables(sources, known)];
}

function unknownSections(sources: Sources, known: readonly Configuration[]): readonly string[] {
  const sections = known.map(({ section }) => section);
  const unknown = Object.keys(sources.file?.values ?? {}).filter((name) => !sections.includes(name));
  return unknown.map((name) => {
    const place = placeOf(sources, [name], "key") ?? "";
    const owner = known.find(({ fields }) => fields.some(({ key }) => key === name));
    if (owner !== undefined) return `${place} ${name} is ignored; it belongs under [${owner.section}].`;
    return `${place} [${name}] is ignored; nothing reads it.${didYouMean(nearestName(name, sections), "[", "]")}`;
  });
}

function unknownVariables(sources: Sources, known: readonly Configuration[]): readonly string[] {
  const names = known.flatMap(({ fields }) =>
    fields.flatMap(({ envName, isSecret }) => (isSecret ? [envName, `${envName}_FILE`] : [envName])),
  );
  const unknown = sources.environment
    .names()
    .filter((name) => OUR_VARIABLES.test(name) && !names.includes(name.toUpperCase()));
  return unknown.map((name) => `${name} is ignored; nothing reads it.${didYouMean(nearestName(name, names))}`);
}

function didYouMean(nearest: string | undefined, before = "", after = ""): string {
  return nearest === undefined ? "" : ` Did you mean ${before}${nearest}${after}?`;
}
