import { z } from "zod";

/** What browsers, proxies and servers commonly bear. */
const MAX_URL_LENGTH = 2083;

/**
 * The root of an HTTP API: `http` or `https`, host lower-cased, and ending in `/`, so that joining a relative path never
 * loses the last segment. `https://HOST/api` becomes `https://host/api/`.
 */
export function httpUrl() {
  return url(["http", "https"], (parsed) => {
    if (parsed.search !== "" || parsed.hash !== "") return "must end with the path: no query (?) and no fragment (#)";
    if (!parsed.pathname.endsWith("/")) parsed.pathname += "/";
    return undefined;
  });
}

/** The URL of one HTTP endpoint: `http` or `https`, host lower-cased, path and query exactly as given. */
export function httpEndpointUrl() {
  return url(["http", "https"], withoutFragment);
}

/** The URL of a WebSocket: `ws` or `wss`, host lower-cased, path and query exactly as given. */
export function webSocketUrl() {
  return url(["ws", "wss"], withoutFragment);
}

/** Says what is wrong with a URL, and may normalise it in place. */
type UrlRule = (parsed: URL) => string | undefined;

function url(schemes: readonly string[], rule: UrlRule) {
  const names = schemes.map((scheme) => `${scheme}://`).join(" or ");
  // Keep this check: `new URL` takes "https:host", blanks and line breaks, and repairs them silently.
  const absolute = new RegExp(`^(?:${schemes.join("|")})://[^\\s/?#][^\\s]*$`, "i");
  return z
    .string()
    .max(MAX_URL_LENGTH)
    .meta({ format: "uri" })
    .transform((text, context) => {
      const parsed = absolute.test(text) ? URL.parse(text) : null;
      const wrong = parsed === null ? `must be a URL starting with ${names}` : (userInfo(parsed) ?? rule(parsed));
      if (parsed !== null && wrong === undefined) return parsed.href;
      context.addIssue({ code: "custom", message: wrong ?? "" });
      return z.NEVER;
    });
}

/** Credentials in a URL end up in logs and proxies. */
function userInfo(parsed: URL): string | undefined {
  const has = parsed.username !== "" || parsed.password !== "";
  return has ? "must not hold a user name or password; use the settings for credentials" : undefined;
}

function withoutFragment(parsed: URL): string | undefined {
  return parsed.hash === "" ? undefined : "must not have a fragment (#)";
}
