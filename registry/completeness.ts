import { build } from "./build.ts";
import type { Configuration } from "./configuration.ts";
import { type ConfigurationProblem, MISSING } from "./configuration-error.ts";
import { whereIs } from "./sources/origin.ts";
import type { Sources } from "./sources/sources.ts";

/** How far a section is filled in. */
export interface Completeness {
  /** By key, where it is set: `agent.toml:12:10` or the variable's name. */
  readonly given: ReadonlyMap<string, string>;
  /** Required keys that nothing sets. */
  readonly missing: readonly string[];
  /** Problems other than missing keys. */
  readonly problems: readonly ConfigurationProblem[];
}

/** Which of the section's keys are set, which required ones are not, and what is wrong with the rest. */
export function completenessOf(sources: Sources, configuration: Configuration): Completeness {
  const built = build(sources, configuration);
  const problems = built.ok ? [] : built.problems;
  return {
    given: new Map([...built.gathered.origins].map(([key, origin]) => [key, whereIs(sources, origin)])),
    missing: problems.filter(({ where }) => where === MISSING).map(({ key }) => key),
    problems: problems.filter(({ where }) => where !== MISSING),
  };
}
