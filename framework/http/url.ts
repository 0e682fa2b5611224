import { AgentError } from "../../toolkit/index.ts";

export type QueryValue = string | number | bigint | boolean | null | undefined;
/** Lists become repeated parameters; `undefined` and `null` are left out. */
export type Query = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;
export type PathArguments = Readonly<Record<string, string | number | bigint>>;

/**
 * A base URL that ends in `/`: joining a relative path then never loses a segment.
 * @throws {AgentError} `E_HTTP_BASE_URL` for one that is not http(s), and for parts that no request would send
 */
export function toBaseUrl(text: string): URL {
  const url = URL.parse(text);
  const wrong = url === null || !/^https?:$/.test(url.protocol) ? "is not an http(s) URL" : superfluousPart(url);
  if (url === null || wrong !== undefined) {
    // Keep the URL itself out: the password that has to go may be in it.
    throw new AgentError("E_HTTP_BASE_URL", `The base URL ${wrong}. Give the root of the API: https://host/path/.`);
  }
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

function superfluousPart(url: URL): string | undefined {
  if (url.username !== "" || url.password !== "") return "has a user name or password; give those to an authenticator";
  return url.search === "" && url.hash === ""
    ? undefined
    : "has a query (?) or fragment (#), which joining paths loses";
}

/**
 * Fills the `{name}`s of a path template; arguments are percent-encoded, so they never become more than one segment.
 * @throws {AgentError} `E_HTTP_REQUEST` for a missing argument, and for one that no server would see as such: an empty
 * one, `.` and `..`, half a surrogate pair
 */
export function expandPath(template: string, pathArguments: PathArguments): string {
  return template.replace(/\{([^{}]*)\}/g, (_match, name: string) => {
    const argument = Object.hasOwn(pathArguments, name) ? String(pathArguments[name]) : "";
    if (/^\.{0,2}$/.test(argument) || !argument.isWellFormed()) {
      throw new AgentError(
        "E_HTTP_REQUEST",
        `Path "${template}": {${name}} is ${JSON.stringify(argument)}; give the id it stands for.`,
      );
    }
    return encodeURIComponent(argument);
  });
}

/** `a=1&b=2`, percent-encoded; empty when there is nothing to say. */
export function toQueryString(query: Query): string {
  const pairs: [string, string][] = [];
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null) pairs.push([name, String(each)]);
    }
  }
  return encodePairs(pairs);
}

/** As `toQueryString`, where the order matters. */
export function encodePairs(pairs: readonly (readonly [string, string])[]): string {
  // Every server takes %20 for a space, and not every one a plus sign.
  return new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value]))
    .toString()
    .replaceAll("+", "%20");
}

/** Puts a query behind the one that the path may have. A fragment is left out: it is never sent. */
export function appendQuery(path: string, queryString: string): string {
  const [address = ""] = path.split("#", 1);
  if (queryString === "") return address;
  return `${address}${address.includes("?") ? "&" : "?"}${queryString}`;
}

/** A URL fit for messages: no user, no fragment, and of the query the names only, as values can be keys or tokens. */
export function describeUrl(url: URL): string {
  const names = [...new Set(url.searchParams.keys())].map((name) => `${name}=…`);
  return `${url.origin}${url.pathname}${names.length === 0 ? "" : `?${names.join("&")}`}`;
}
