import type { Operation } from "effection";
import type { z } from "zod";
import { type Configuration, ConfigurationError, type Registry, useRegistry } from "../../registry/index.ts";
import { AgentError, useLogger } from "../../toolkit/index.ts";
import {
  apiTokenConfiguration,
  azureBasicOauthConfiguration,
  azureServicePrincipalConfiguration,
  usernamePasswordConfiguration,
} from "./authentication.ts";

export type UsernamePasswordSettings = z.output<typeof usernamePasswordConfiguration.schema>;
export type ApiTokenSettings = z.output<typeof apiTokenConfiguration.schema>;
export type AzureServicePrincipalSettings = z.output<typeof azureServicePrincipalConfiguration.schema>;
export type AzureBasicOauthSettings = z.output<typeof azureBasicOauthConfiguration.schema>;

/** What an agent shows the monitored tool. The Azure ones have a scope that is not empty. */
export type Credentials =
  | { readonly kind: "username_password"; readonly settings: UsernamePasswordSettings }
  | { readonly kind: "api_token"; readonly settings: ApiTokenSettings }
  | { readonly kind: "azure_spn"; readonly settings: AzureServicePrincipalSettings }
  | { readonly kind: "azure_basic_oauth"; readonly settings: AzureBasicOauthSettings };

interface Choice {
  readonly configuration: Configuration;
  readonly read: (registry: Registry) => Credentials;
}

/** In order of preference. */
const CHOICES: readonly Choice[] = [
  {
    configuration: usernamePasswordConfiguration,
    read: (registry) => ({ kind: "username_password", settings: registry.lookup(usernamePasswordConfiguration) }),
  },
  {
    configuration: apiTokenConfiguration,
    read: (registry) => ({ kind: "api_token", settings: registry.lookup(apiTokenConfiguration) }),
  },
  {
    configuration: azureServicePrincipalConfiguration,
    read: (registry) => ({ kind: "azure_spn", settings: registry.lookup(azureServicePrincipalConfiguration) }),
  },
  {
    configuration: azureBasicOauthConfiguration,
    read: (registry) => ({ kind: "azure_basic_oauth", settings: registry.lookup(azureBasicOauthConfiguration) }),
  },
];

export const authenticationConfigurations: readonly Configuration[] = CHOICES.map(({ configuration }) => configuration);

/**
 * The first complete credentials: user name and password, API token, Azure service principal, Azure user. Incomplete
 * ones before it are skipped, with a warning when they are likely meant.
 * @param defaultScope the agent's own scope, for Azure credentials that have none
 * @throws {AgentError} `E_CREDENTIALS_NOT_FOUND` naming what would be needed; `E_CREDENTIALS_SCOPE` without any scope
 * @throws {ConfigurationError} when something in them is wrong rather than missing
 */
export function* selectCredentials({ defaultScope = "" } = {}): Operation<Credentials> {
  const registry = yield* useRegistry();
  const index = CHOICES.findIndex(({ configuration }) => isComplete(registry, configuration));
  const chosen = CHOICES[index];
  if (chosen === undefined) throw notFound(registry);
  const log = yield* useLogger();
  for (const { configuration } of CHOICES.slice(0, index)) {
    if (!isLikelyMeant(registry, configuration, chosen.configuration)) continue;
    const used = chosen.configuration.section;
    log.warn({ used, ...gaps(registry, configuration) }, "Incomplete credentials are not used.");
  }
  return withScope(chosen.read(registry), defaultScope);
}

function isComplete(registry: Registry, configuration: Configuration): boolean {
  if (registry.available(configuration)) return true;
  const { problems } = registry.completeness(configuration);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return false;
}

/** Not when all that is set also belongs to the chosen ones: the Azure ones share their variables. */
function isLikelyMeant(registry: Registry, skipped: Configuration, chosen: Configuration): boolean {
  const used = new Set(registry.completeness(chosen).given.values());
  return [...registry.completeness(skipped).given.values()].some((where) => !used.has(where));
}

function gaps(registry: Registry, configuration: Configuration) {
  const { given, missing } = registry.completeness(configuration);
  return { incomplete: configuration.section, given: [...given.keys()], missing };
}

function notFound(registry: Registry): AgentError {
  const lines = CHOICES.map(({ configuration }) => {
    const { given, missing } = registry.completeness(configuration);
    const needed = configuration.fields.filter(({ key }) => given.has(key) || missing.includes(key));
    const names = needed.map(({ key, envName }) => `${key} (${envName})`).join(", ");
    const state = given.size === 0 ? "" : `; only ${[...given.keys()].join(", ")} set, not ${missing.join(", ")}`;
    return `  [${configuration.section}] ${names}${state}`;
  });
  const text = "There are no complete credentials for the monitored tool. Set all keys of one of these:";
  return new AgentError("E_CREDENTIALS_NOT_FOUND", [text, ...lines].join("\n"));
}

function withScope(credentials: Credentials, defaultScope: string): Credentials {
  switch (credentials.kind) {
    case "azure_spn":
      return { ...credentials, settings: { ...credentials.settings, scope: scopeOf(credentials, defaultScope) } };
    case "azure_basic_oauth":
      return { ...credentials, settings: { ...credentials.settings, scope: scopeOf(credentials, defaultScope) } };
    default:
      return credentials;
  }
}

function scopeOf(
  { kind, settings }: Extract<Credentials, { settings: { scope: string } }>,
  defaultScope: string,
): string {
  const scope = settings.scope || defaultScope;
  if (scope !== "") return scope;
  const whose = kind === "azure_spn" ? "an Azure service principal" : "an Azure user";
  throw new AgentError(
    "E_CREDENTIALS_SCOPE",
    `Signing in as ${whose} needs a scope, and this agent has none of its own. ` +
      `Set scope under [auth_${kind}] in agent.toml, or DK_AZURE_SCOPE in the environment.`,
  );
}
