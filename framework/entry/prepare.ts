import {
  type Configuration,
  ConfigurationError,
  type ConfigurationProblem,
  type EffectiveSetting,
  effectiveSettings,
  givenValue,
  openRegistry,
  problemWith,
  type Registry,
  readSources,
  type Sources,
} from "../../registry/index.ts";
import { nearestName } from "../../toolkit/index.ts";
import {
  authenticationConfigurations,
  type Credentials,
  coreConfiguration,
  httpConfiguration,
  observabilityConfiguration,
  selectCredentials,
} from "../configuration/index.ts";
import { type AgentEntry, type AgentTable, selectAgent } from "./agent-table.ts";
import { httpProblems } from "./http-problems.ts";

const frameworkSections: readonly Configuration[] = [coreConfiguration, httpConfiguration, observabilityConfiguration];

export interface RunOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** Where agent.toml is looked for; by default the working directory, then /etc/observability. */
  readonly directories?: readonly string[];
}

/** What is known before anything is started or contacted. */
export interface Prepared {
  readonly name: string;
  readonly entry: AgentEntry;
  readonly registry: Registry;
  /** What the agent signs in with, unless its own section has it. */
  readonly credentials: Credentials | undefined;
  /** The file that was read, if there was one. */
  readonly file: string | undefined;
  /** What the run goes by, secrets masked. */
  readonly settings: readonly EffectiveSetting[];
  readonly warnings: readonly string[];
  readonly secrets: ReadonlySet<string>;
}

/**
 * Reads the configuration and selects the agent.
 * @throws {ConfigurationError} with all that is wrong, of all sections that the agent needs
 */
export function prepare(table: AgentTable, options: RunOptions): Prepared {
  const sources = readSources(options);
  const agentType = givenValue(sources, coreConfiguration, "agent_type");
  const selected = typeof agentType === "string" ? selectAgent(table, agentType) : undefined;
  const sections = [...frameworkSections, ...(selected?.entry.configurations ?? [])];
  const credentials = selectCredentials(sources, selected?.entry.credentials);
  const opened = openRegistry({
    sources,
    known: knownConfigurations(table),
    register: [...sections, ...credentials.sections],
    problems: [
      ...(typeof agentType === "string" && !selected ? [unknownAgent(table, sources, agentType)] : []),
      ...credentials.problems,
    ],
  });
  const late = httpProblems(sources, opened.registry, options.env);
  if (late.length > 0) throw new ConfigurationError(late);
  if (selected === undefined) throw new TypeError("A configuration without a known agent_type was accepted.");
  return {
    ...selected,
    ...opened,
    credentials: credentials.read(opened.registry),
    file: sources.file?.name,
    settings: effectiveSettings(sources, [...sections, ...credentials.used]),
    warnings: [...opened.warnings, ...credentials.warnings],
  };
}

/** Every section there is, of all agents. */
export function knownConfigurations(table: AgentTable): readonly Configuration[] {
  const ofAgents = Object.values(table).flatMap(({ configurations }) => configurations);
  return [...frameworkSections, ...authenticationConfigurations, ...ofAgents];
}

function unknownAgent(table: AgentTable, sources: Sources, agentType: string): ConfigurationProblem {
  const names = Object.keys(table);
  const aliases = Object.values(table).flatMap((entry) => entry.aliases ?? []);
  const nearest = nearestName(agentType, [...names, ...aliases]);
  const didYouMean = nearest === undefined ? "" : `Did you mean ${nearest}? `;
  return problemWith(sources, coreConfiguration, "agent_type", {
    message: `agent_type is "${agentType}"; there is no such agent.`,
    fix: `${didYouMean}The agents are ${names.toSorted().join(", ")}.`,
  });
}
