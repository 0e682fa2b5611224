import type { Operation } from "effection";
import { type Secret, useRedactor } from "../../../toolkit/index.ts";
import type {
  AzureBasicOauthSettings,
  AzureServicePrincipalSettings,
  HttpSettings,
} from "../../configuration/index.ts";
import type { Environment } from "../connection/proxies.ts";
import { useHttpClient } from "../http-client.ts";
import type { Authenticator } from "./authenticator.ts";
import { fetchToken, type Grant } from "./azure-token.ts";
import { useSharedToken } from "./shared-token.ts";

export type AzureServicePrincipal = AzureServicePrincipalSettings;
export type AzureUser = AzureBasicOauthSettings;

export interface TokenClientOptions {
  /** The `http` section: requests for tokens go through the same proxies and CAs as those to the tool. */
  readonly settings: HttpSettings;
  readonly env?: Environment;
}

/**
 * Signs in as an application (grant `client_credentials`), when the first request needs it.
 * @throws {AgentError} from requests: `E_AUTH_REFUSED` when the sign-in service says no; what `HttpClient` throws
 * @see Microsoft identity platform, "OAuth 2.0 client credentials flow"
 */
export function useAzureServicePrincipalAuth(
  { client_id, client_secret, tenant_id, scope, authority }: AzureServicePrincipal,
  options: TokenClientOptions,
): Operation<Authenticator> {
  return useAzureAuth(authority, options, client_secret, {
    whom: `the application ${client_id}`,
    tenant: tenant_id,
    form: () => ({ grant_type: "client_credentials", client_id, scope, client_secret: client_secret.reveal() }),
  });
}

/**
 * Signs in as a user (grant `password`); Microsoft refuses users with a second factor.
 * @throws as `useAzureServicePrincipalAuth`
 * @see Microsoft identity platform, "OAuth 2.0 Resource Owner Password Credentials"
 */
export function useAzureUserAuth(
  { client_id, username, password, tenant_id, scope, authority }: AzureUser,
  options: TokenClientOptions,
): Operation<Authenticator> {
  return useAzureAuth(authority, options, password, {
    whom: `the user ${username}`,
    tenant: tenant_id,
    form: () => ({ grant_type: "password", client_id, scope, username, password: password.reveal() }),
  });
}

function* useAzureAuth(
  authority: string,
  { settings, env }: TokenClientOptions,
  secret: Secret,
  grant: Grant,
): Operation<Authenticator> {
  const redactor = yield* useRedactor();
  redactor.add(secret.reveal()); // an agent's own settings may have it from elsewhere than agent.toml
  const client = yield* useHttpClient({
    baseUrl: authority,
    // A redirect would carry the credentials elsewhere, and `params` are meant for the tool.
    settings: { ...settings, follow_redirects: false, params: null },
    ...(env === undefined ? {} : { env }),
  });
  return yield* useSharedToken(() => fetchToken(client, grant, redactor));
}
