import type { Operation } from "effection";
import { z } from "zod";
import { AgentError, type Secret, useRedactor } from "../../../toolkit/index.ts";
import type { HttpSettings } from "../../configuration/index.ts";
import type { Environment } from "../connection/proxies.ts";
import { type HttpClient, useHttpClient } from "../http-client.ts";
import { parseReply } from "../parse-reply.ts";
import type { HttpResponse } from "../response.ts";
import { DEFAULT_RETRY } from "../retry/retry-policy.ts";
import type { Authenticator } from "./authenticator.ts";
import { type AccessToken, useSharedToken } from "./shared-token.ts";

export interface AzureApplication {
  readonly client_id: string;
  readonly tenant_id: string;
  readonly scope: string;
  /** Root of the sign-in service, such as `https://login.microsoftonline.com/`. */
  readonly authority: string;
}

export interface AzureServicePrincipal extends AzureApplication {
  readonly client_secret: Secret;
}

export interface AzureUser extends AzureApplication {
  readonly username: string;
  readonly password: Secret;
}

export interface TokenClientOptions {
  /** The `http` section: requests for tokens go through the same proxies and CAs as those to the tool. */
  readonly settings: HttpSettings;
  readonly env?: Environment;
}

/** A token is replaced this long before it expires, in seconds; a short-lived one at half its time. */
const REFRESH_MARGIN_SECONDS = 300;

const TokenReply = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });
const ErrorReply = z.object({ error: z.string(), error_description: z.string().optional() });

/**
 * Signs in as an application (grant `client_credentials`), when the first request needs it.
 * @throws {AgentError} from requests: `E_AUTH_REFUSED` when the sign-in service says no; what `HttpClient` throws
 * @see Microsoft identity platform, "OAuth 2.0 client credentials flow"
 */
export function useAzureServicePrincipalAuth(
  principal: AzureServicePrincipal,
  options: TokenClientOptions,
): Operation<Authenticator> {
  const { client_id, client_secret } = principal;
  return useAzureAuth(principal, options, `the application ${client_id}`, () => ({
    grant_type: "client_credentials",
    client_secret: client_secret.reveal(),
  }));
}

/**
 * Signs in as a user (grant `password`); Microsoft refuses users with a second factor.
 * @throws as `useAzureServicePrincipalAuth`
 * @see Microsoft identity platform, "OAuth 2.0 Resource Owner Password Credentials"
 */
export function useAzureUserAuth(user: AzureUser, options: TokenClientOptions): Operation<Authenticator> {
  const { username, password } = user;
  return useAzureAuth(user, options, `the user ${username}`, () => ({
    grant_type: "password",
    username,
    password: password.reveal(),
  }));
}

type Grant = Readonly<Record<string, string>> & { readonly grant_type: string };

function* useAzureAuth(
  { client_id, tenant_id, scope, authority }: AzureApplication,
  { settings, env }: TokenClientOptions,
  whom: string,
  grant: () => Grant,
): Operation<Authenticator> {
  const redactor = yield* useRedactor();
  const client = yield* useHttpClient({
    baseUrl: authority,
    // A redirect would carry the credentials elsewhere, and `params` are meant for the tool.
    settings: { ...settings, follow_redirects: false, params: null },
    ...(env === undefined ? {} : { env }),
  });
  let previous = "";
  return yield* useSharedToken(function* () {
    const response = yield* requestToken(client, tenant_id, { ...grant(), client_id, scope });
    if (response.status === 400 || response.status === 401) throw refused(response, whom, tenant_id);
    const token = toAccessToken(response);
    redactor.forget(previous);
    redactor.add(token.value);
    previous = token.value;
    return token;
  });
}

function requestToken(client: HttpClient, tenant: string, form: Grant): Operation<HttpResponse> {
  return client.request({
    method: "POST",
    path: "{tenant}/oauth2/v2.0/token",
    pathArguments: { tenant },
    headers: { accept: "application/json" },
    form,
    retry: DEFAULT_RETRY, // a token too many does no harm
  });
}

function toAccessToken(response: HttpResponse): AccessToken {
  const { access_token, expires_in } = parseReply(TokenReply, response.expectOk().json());
  const margin = Math.min(REFRESH_MARGIN_SECONDS, expires_in / 2);
  return { value: access_token, freshUntilMs: performance.now() + (expires_in - margin) * 1000 };
}

function refused(response: HttpResponse, whom: string, tenant: string): AgentError {
  const { data } = ErrorReply.safeParse(jsonOf(response));
  // Of a long description the first line says it all; the others are ids for Microsoft's support.
  const [reason = ""] = (data?.error_description ?? "").split(/\r?\n/);
  const said = data === undefined ? "" : `: ${[data.error, reason].filter((part) => part !== "").join(", ")}`;
  const message = `The sign-in service refused ${whom} of tenant ${tenant} (${response.status})${said}. Check its credentials and scope.`;
  return new AgentError("E_AUTH_REFUSED", message);
}

function jsonOf(response: HttpResponse): unknown {
  try {
    return response.json();
  } catch {
    return undefined; // the status says enough
  }
}
