import { AgentError } from "../toolkit/index.ts";
import type { Configuration } from "./configuration.ts";

/**
 * The configurations without repeats: agents may share one.
 * @throws {AgentError} `E_CONFIGURATION_DUPLICATE` when two of them define the same section
 */
export function eachSectionOnce(configurations: readonly Configuration[]): readonly Configuration[] {
  const bySection = new Map<string, Configuration>();
  for (const configuration of configurations) {
    const { section } = configuration;
    const first = bySection.get(section) ?? configuration;
    if (first !== configuration) throw definedTwice(section);
    bySection.set(section, configuration);
  }
  return [...bySection.values()];
}

function definedTwice(section: string): AgentError {
  const fix = "Name the section of the agent otherwise; to share one, list the same configuration.";
  return new AgentError("E_CONFIGURATION_DUPLICATE", `Two configurations define [${section}]. ${fix}`);
}
