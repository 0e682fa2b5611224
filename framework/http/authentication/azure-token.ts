import type { Operation } from "effection";
import { z } from "zod";
import { AgentError, type Redactor } from "../../../toolkit/index.ts";
import { HttpStatusError } from "../errors.ts";
import type { HttpClient } from "../http-client.ts";
import { parseReply } from "../parse-reply.ts";
import type { HttpResponse } from "../response.ts";
import { retryDelayMs } from "../retry/retry-delay.ts";
import { DEFAULT_RETRY } from "../retry/retry-policy.ts";
import type { AccessToken } from "./shared-token.ts";

/** What is shown to the sign-in service. */
export interface Grant {
  /** For messages: "the application 0000…". */
  readonly whom: string;
  readonly tenant: string;
  /** Called for each request, so that no secret lies about in between. */
  readonly form: () => Readonly<Record<string, string>>;
}

const TokenReply = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(), // seconds; text from some on-premises services
});
const ErrorReply = z.object({ error: z.string(), error_description: z.string().optional() });

/**
 * @param client its base URL is the root of the sign-in service
 * @throws {AgentError} `E_AUTH_REFUSED` for 400 and 401, `E_HTTP_STATUS` for others that are not 2xx, `E_REPLY_SHAPE`; what
 * `HttpClient.request` throws
 */
export function* fetchToken(client: HttpClient, grant: Grant, redactor: Redactor): Operation<AccessToken> {
  const response = yield* client.request({
    method: "POST",
    path: "{tenant}/oauth2/v2.0/token",
    pathArguments: { tenant: grant.tenant },
    headers: { accept: "application/json" },
    form: grant.form(),
    retry: DEFAULT_RETRY, // a token too many does no harm
  });
  if (!response.ok) throw toSignInError(response, grant, redactor);
  const { access_token, expires_in } = parseReply(TokenReply, response.json(), response.description);
  return { value: access_token, lifetimeMs: expires_in * 1000 };
}

/** Keep `expectOk()` out of here: it quotes the reply, which may quote the request. */
function toSignInError(response: HttpResponse, { whom, tenant }: Grant, redactor: Redactor): AgentError {
  const { status, headers, description } = response;
  const { code, said } = reasonOf(response);
  const reason = redactor.redact(said);
  if (status !== 400 && status !== 401) {
    const message = `No access token for ${whom}: ${description} answered ${status}${reason}.`;
    return new HttpStatusError(status, message, retryDelayMs(status, headers, Date.now()));
  }
  const message = `The sign-in service refused ${whom} of tenant ${tenant} (${status})${reason}. Check its credentials and scope.`;
  return new AgentError("E_AUTH_REFUSED", message, { retryable: code === "temporarily_unavailable" });
}

/** Of a long description the first line says it all; the others are ids for Microsoft's support. */
function reasonOf(response: HttpResponse): { readonly code: string; readonly said: string } {
  const { data } = ErrorReply.safeParse(jsonOf(response));
  if (data === undefined) return { code: "", said: "" };
  const [line = ""] = (data.error_description ?? "").split(/\r?\n/);
  const parts = [data.error, line.trim().replace(/\.$/, "")].filter((part) => part !== "");
  return { code: data.error, said: `: ${parts.join(", ")}` };
}

function jsonOf(response: HttpResponse): unknown {
  try {
    return response.json();
  } catch {
    return undefined; // the status says enough
  }
}
