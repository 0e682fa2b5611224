import { createContext, type Operation } from "effection";
import type { z } from "zod";
import type { Configuration, Registry } from "../../registry/index.ts";
import { AgentError } from "../../toolkit/index.ts";
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

export type CredentialKind = Credentials["kind"];

/** Which credentials an agent takes. It does not start unless it has some of them. */
export interface AcceptedCredentials {
  /** In order of preference: the first that are complete are used. */
  readonly kinds: readonly CredentialKind[];
  /** The scope to ask for when Azure credentials have none. Without this, they are not complete without one. */
  readonly azureScope?: string;
  /** Keys of a section of the agent's own. They go before all kinds, and have to be set all or not at all. */
  readonly own?: { readonly configuration: Configuration; readonly keys: readonly string[] };
}

/** The section of each kind: `[auth_…]`. */
export const credentialSections: Readonly<Record<CredentialKind, Configuration>> = {
  username_password: usernamePasswordConfiguration,
  api_token: apiTokenConfiguration,
  azure_spn: azureServicePrincipalConfiguration,
  azure_basic_oauth: azureBasicOauthConfiguration,
};

export const authenticationConfigurations: readonly Configuration[] = Object.values(credentialSections);

/** What the agent signs in with, set by the entry point (or by a test). */
export const CredentialsContext = createContext<Credentials>("credentials");

/**
 * The first complete credentials of the kinds that the agent's entry lists. There are none when those of its own section
 * are set: look there first.
 * @throws {AgentError} `E_CREDENTIALS_UNDECLARED`
 */
export function* useCredentials(): Operation<Credentials> {
  const credentials = yield* CredentialsContext.get();
  if (credentials !== undefined) return credentials;
  throw new AgentError(
    "E_CREDENTIALS_UNDECLARED",
    "No credentials were read for this agent. List the kinds that it takes in its entry: credentials: { kinds: […] }.",
  );
}

/** @param azureScope for Azure credentials that have none */
export function readCredentials(registry: Registry, kind: CredentialKind, azureScope: string): Credentials {
  switch (kind) {
    case "username_password":
      return { kind, settings: registry.lookup(usernamePasswordConfiguration) };
    case "api_token":
      return { kind, settings: registry.lookup(apiTokenConfiguration) };
    case "azure_spn":
      return { kind, settings: withScope(registry.lookup(azureServicePrincipalConfiguration), azureScope) };
    case "azure_basic_oauth":
      return { kind, settings: withScope(registry.lookup(azureBasicOauthConfiguration), azureScope) };
  }
}

function withScope<Settings extends { readonly scope: string }>(settings: Settings, fallback: string): Settings {
  return { ...settings, scope: settings.scope || fallback };
}
