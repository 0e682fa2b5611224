import { AgentError } from "../../toolkit/index.ts";
import type { HttpResponse } from "./response.ts";

export const MAX_REDIRECTS = 20;

const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** These ask for the same request again, so body and method stay. */
const REPEATING_STATUSES: ReadonlySet<number> = new Set([307, 308]);
/** All that may go to another server: whatever else a caller or an authenticator set may be a secret. */
const PUBLIC_HEADERS: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "content-type",
  "user-agent",
]);

export function isRedirect({ status, headers }: HttpResponse): boolean {
  return REDIRECT_STATUSES.has(status) && headers.location !== undefined && headers.location !== "";
}

/**
 * Where a reply sends the request; `undefined` when it does not, or gives no address.
 * @throws {AgentError} `E_HTTP_REDIRECT` for an address that cannot be used, and for 301, 302 and 303 in answer to a
 * method other than GET and HEAD: following would silently turn it into a GET
 */
export function redirectTarget(method: string, response: HttpResponse): URL | undefined {
  if (!isRedirect(response)) return undefined;
  const target = URL.parse(response.headers.location ?? "", response.url.href);
  if (target === null || !/^https?:$/.test(target.protocol)) {
    throw redirectError(response, "to an address that is not http(s)");
  }
  if (method !== "GET" && method !== "HEAD" && !REPEATING_STATUSES.has(response.status)) {
    throw redirectError(
      response,
      `to ${target.origin}${target.pathname}, which would make the ${method} a GET; use that address`,
    );
  }
  return target;
}

/** @param setting where the client's address comes from */
export function leavesOrigin(response: HttpResponse, { origin }: URL, setting: string): AgentError {
  return redirectError(
    response,
    `to another server, ${origin}, which gets no credentials of ours; if it is the right one, set ${setting} to its address`,
  );
}

export function tooManyRedirects(response: HttpResponse): AgentError {
  return redirectError(response, `again, after ${MAX_REDIRECTS} redirects`);
}

/** The headers that may go along when a redirect leads to another origin. */
export function publicHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => PUBLIC_HEADERS.has(name.toLowerCase())));
}

function redirectError(response: HttpResponse, whereTo: string): AgentError {
  return new AgentError("E_HTTP_REDIRECT", `${response.description} was redirected (${response.status}) ${whereTo}.`);
}
