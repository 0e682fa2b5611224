import { z } from "zod";
import {
  authenticationConfigurations,
  coreConfiguration,
  httpConfiguration,
  observabilityConfiguration,
} from "../../../../framework/configuration/index.ts";
import {
  type Configuration,
  ConfigurationError,
  openRegistry,
  readSources,
  type Sources,
} from "../../../../registry/index.ts";
import { parseToml } from "../../../../toolkit/index.ts";

export const always: readonly Configuration[] = [coreConfiguration, httpConfiguration, observabilityConfiguration];
export const known: readonly Configuration[] = [...always, ...authenticationConfigurations];

export interface Given {
  readonly toml?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export function sourcesOf({ toml, env = {} }: Given): Sources {
  const sources = readSources({ env, workingDirectory: "/nowhere", directories: [] });
  return toml === undefined ? sources : { ...sources, file: parseToml(toml, "agent.toml") };
}

/** The variables that give `[core]` what it requires. */
export const CORE_ENV = {
  DK_AGENT_TYPE: "databricks",
  DK_AGENT_KEY: "agent test key",
  DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY: "service-account-key",
  DK_OBSERVABILITY_BASE_URL: "https://test.domain.com/api",
};

export function open(given: Given, register = always) {
  return openRegistry({ sources: sourcesOf(given), known, register });
}

/** @param register the sections that the run needs */
export function reportOf(given: Given, register = always): string {
  try {
    open(given, register);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return "";
}

/** A description of a field, without what only zod needs. */
export function metaOf(schema: z.ZodType): z.core.GlobalMeta {
  return z.globalRegistry.get(schema) ?? {};
}
