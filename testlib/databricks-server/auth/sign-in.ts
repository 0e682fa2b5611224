import type { Auth } from "./auth.ts";
import { azureDatabricksScope, standInCredentials } from "./credentials.ts";

/** An answer of a sign-in service. */
export interface SignInReply {
  readonly status: number;
  readonly body: Readonly<Record<string, string | number>>;
}

type Form = Readonly<Record<string, string>>;

/**
 * Microsoft Entra, `POST {tenant}/oauth2/v2.0/token`: grants `client_credentials` and `password`.
 * @see Microsoft identity platform, "OAuth 2.0 client credentials flow", "AADSTS error codes"
 */
export function signInToEntra(auth: Auth, tenant: string, form: Form): SignInReply {
  const { clientId, clientSecret, tenantId, username, password } = standInCredentials;
  if (tenant !== tenantId) return entraError(400, "invalid_request", 90002, `Tenant '${tenant}' not found.`);
  if (form["client_id"] !== clientId)
    return entraError(400, "unauthorized_client", 700016, `Application '${form["client_id"]}' was not found.`);
  switch (form["grant_type"]) {
    case "client_credentials":
      if (form["client_secret"] !== clientSecret)
        return entraError(401, "invalid_client", 7000215, "Invalid client secret provided.");
      break;
    case "password":
      if (form["username"] !== username || form["password"] !== password)
        return entraError(
          400,
          "invalid_grant",
          50126,
          "Error validating credentials due to invalid username or password.",
        );
      break;
    default:
      return entraError(
        400,
        "unsupported_grant_type",
        70003,
        `The grant type '${form["grant_type"]}' is not supported.`,
      );
  }
  if (form["scope"] !== azureDatabricksScope)
    return entraError(400, "invalid_scope", 70011, `The provided scope '${form["scope"]}' is not valid.`);
  return issued(auth, "entra", {});
}

/**
 * Databricks' own OAuth for machines, `POST oidc/v1/token` with Basic authentication.
 * @see Databricks, "Authorize service principal access with OAuth"
 */
export function signInToDatabricks(auth: Auth, authorization: string | undefined, form: Form): SignInReply {
  const { clientId, clientSecret } = standInCredentials;
  const expected = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
  if (authorization !== expected) return oauthError(401, "invalid_client", "Client authentication failed");
  if (form["grant_type"] !== "client_credentials")
    return oauthError(400, "unsupported_grant_type", "Only client_credentials is supported");
  if (form["scope"] !== "all-apis") return oauthError(400, "invalid_scope", "The scope has to be all-apis");
  return issued(auth, "oauth", { scope: "all-apis" });
}

function issued(auth: Auth, kind: string, more: Readonly<Record<string, string>>): SignInReply {
  const access_token = auth.issue(kind);
  return { status: 200, body: { access_token, token_type: "Bearer", expires_in: auth.lifetimeMs / 1_000, ...more } };
}

function entraError(status: number, error: string, code: number, text: string): SignInReply {
  return oauthError(status, error, `AADSTS${code}: ${text}\r\nTrace ID: 0\r\nCorrelation ID: 0`);
}

function oauthError(status: number, error: string, error_description: string): SignInReply {
  return { status, body: { error, error_description } };
}
