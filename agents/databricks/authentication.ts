import type { Operation } from "effection";
import { z } from "zod";
import { type HttpSettings, useCredentials } from "../../framework/configuration/index.ts";
import {
  type AccessToken,
  type Authenticator,
  authenticatorFor,
  basicAuth,
  DEFAULT_RETRY,
  type HttpClient,
  HttpStatusError,
  parseReply,
  useHttpClient,
  useSharedToken,
} from "../../framework/http/index.ts";
import { AgentError, type Secret } from "../../toolkit/index.ts";
import type { DatabricksSettings } from "./configuration.ts";

/** Signs in as a service principal of Databricks when there is one in `[databricks]`, else with what the run has. */
export function* useDatabricksAuth(settings: DatabricksSettings, http: HttpSettings): Operation<Authenticator> {
  const { databricks_client_id: id, databricks_client_secret: secret } = settings;
  if (id !== null && secret !== null) return yield* useServicePrincipalAuth(settings.databricks_host, http, id, secret);
  return yield* authenticatorFor(yield* useCredentials(), { settings: http });
}

/** @see Databricks, "Authorize service principal access with OAuth" (machine to machine) */
function* useServicePrincipalAuth(
  host: string,
  http: HttpSettings,
  id: string,
  secret: Secret,
): Operation<Authenticator> {
  // A redirect would carry the credentials elsewhere.
  const settings = { ...http, follow_redirects: false, params: null };
  const client = yield* useHttpClient({ baseUrl: host, settings, auth: basicAuth(id, secret) });
  return yield* useSharedToken(() => fetchToken(client, id));
}

const TokenReply = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() }); // seconds
const ErrorReply = z.object({ error: z.string().max(100) });

function* fetchToken(client: HttpClient, id: string): Operation<AccessToken> {
  const response = yield* client.request({
    method: "POST",
    path: "oidc/v1/token",
    headers: { accept: "application/json" },
    form: { grant_type: "client_credentials", scope: "all-apis" },
    retry: DEFAULT_RETRY, // a token too many does no harm
  });
  const { status, description, ok } = response;
  if (ok) {
    const { access_token, expires_in } = parseReply(TokenReply, response.json(), description);
    return { value: access_token, lifetimeMs: expires_in * 1000 };
  }
  const { data } = ErrorReply.safeParse(jsonOf(response.text()));
  const reason = data === undefined ? "" : `: ${data.error}`;
  if (status !== 400 && status !== 401) {
    throw new HttpStatusError(status, `No access token for ${id}: ${description} answered ${status}${reason}.`);
  }
  const hint = "Check databricks_client_id and databricks_client_secret, and that it belongs to the workspace.";
  const message = `Databricks refused the service principal ${id} (${status})${reason}. ${hint}`;
  throw new AgentError("E_AUTH_REFUSED", message);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the status says enough
  }
}
