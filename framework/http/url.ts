import { AgentError } from "../../toolkit/index.ts";

export type QueryValue = string | number | bigint | boolean | null | undefined;
/** Lists become repeated parameters; `undefined` and `null` are left out. */
export type Query = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;
export type PathArguments = Readonly<Record<string, string | number | bigint>>;

/** A base URL that ends in `/`, without query and fragment: joining a relative path then never loses a segment. */
export function toBaseUrl(text: string): URL {
  const url = new URL(text);
  url.search = "";
  url.hash = "";
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

/**
 * Fills the `{name}`s of a path template; arguments are percent-encoded, so they never become more than one segment.
 * @throws {AgentError} `E_HTTP_REQUEST` for a missing argument, and for one that no server would see as such: an empty
 * one, `.` and `..`
 */
export function expandPath(template: string, pathArguments: PathArguments): string {
  return template.replace(/\{(\w+)\}/g, (_match, name: string) => {
    const argument = String(pathArguments[name] ?? "");
    if (argument === "" || argument === "." || argument === "..") {
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
  return new URLSearchParams(pairs).toString();
}

export function appendQuery(path: string, queryString: string): string {
  if (queryString === "") return path;
  const [address = "", fragment] = path.split("#", 2);
  const joined = `${address}${address.includes("?") ? "&" : "?"}${queryString}`;
  return fragment === undefined ? joined : `${joined}#${fragment}`;
}

/** A URL fit for messages: no user, no fragment, and of the query the names only, as values can be keys or tokens. */
export function describeUrl(url: URL): string {
  const names = [...new Set(url.searchParams.keys())].map((name) => `${name}=…`);
  return `${url.origin}${url.pathname}${names.length === 0 ? "" : `?${names.join("&")}`}`;
}
