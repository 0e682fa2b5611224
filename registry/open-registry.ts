import { build } from "./build.ts";
import { completenessOf } from "./completeness.ts";
import type { Configuration } from "./configuration.ts";
import { ConfigurationError, type ConfigurationProblem, MISSING } from "./configuration-error.ts";
import { eachSectionOnce } from "./each-section-once.ts";
import { Registry } from "./registry.ts";
import { secretsOf } from "./secrets.ts";
import type { Sources } from "./sources/sources.ts";
import { unknownKeys, unknownNames } from "./unknown-names.ts";

export interface OpenRegistryOptions {
  readonly sources: Sources;
  /** Every configuration there is, also those of agents that do not run: what is none of theirs is a slip. */
  readonly known: readonly Configuration[];
  /** The configurations this run needs; of the optional ones, those that are complete are stored. */
  readonly register: readonly Configuration[];
  /** Problems that the caller found, to be reported with all others. */
  readonly problems?: readonly ConfigurationProblem[];
}

export interface OpenedRegistry {
  readonly registry: Registry;
  /** Sentences about what is not wrong but most likely not meant. */
  readonly warnings: readonly string[];
  /** Every secret in sight, used or not: for the log's redactor. */
  readonly secrets: ReadonlySet<string>;
}

/**
 * Reads and validates all sections of a run.
 * @throws {AgentError} `E_CONFIGURATION_DUPLICATE` when two configurations define the same section
 * @throws {ConfigurationError} with all problems of all sections
 */
export function openRegistry({ sources, known, register, problems = [] }: OpenRegistryOptions): OpenedRegistry {
  const all = eachSectionOnce([...known, ...register]);
  const found = [...sources.problems, ...problems, ...unknownKeys(sources, all)];
  for (const configuration of register) found.push(...problemsOf(sources, configuration));
  // Keys may be missing only because the file that sets them could not be read.
  const worthReporting = sources.problems.length === 0 ? found : found.filter(({ where }) => where !== MISSING);
  if (worthReporting.length > 0) throw new ConfigurationError(withoutRepeats(worthReporting));
  const registry = new Registry(sources);
  for (const configuration of register) {
    if (configuration.optional) registry.available(configuration);
    else registry.register(configuration);
  }
  return { registry, warnings: [...sources.warnings, ...unknownNames(sources, all)], secrets: secretsOf(sources, all) };
}

function problemsOf(sources: Sources, configuration: Configuration): readonly ConfigurationProblem[] {
  if (configuration.optional) return completenessOf(sources, configuration).problems;
  const built = build(sources, configuration);
  return built.ok ? [] : built.problems;
}

/** What the caller says about a key comes first and replaces what validation says about it. */
function withoutRepeats(problems: readonly ConfigurationProblem[]): readonly ConfigurationProblem[] {
  const isFirst = ({ where, section, key }: ConfigurationProblem, index: number) =>
    key === "" ||
    index === problems.findIndex((other) => other.where === where && other.section === section && other.key === key);
  return problems.filter(isFirst);
}
