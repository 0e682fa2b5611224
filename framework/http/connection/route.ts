import type { ProxyServer } from "./proxies.ts";

export interface Endpoint {
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
}

/** How requests to an origin travel. Requests whose routes have the same `key` can share a connection. */
export interface Route {
  readonly key: string;
  /** `https://host:port` of the server the requests are for; of the proxy when it forwards them. */
  readonly peer: string;
  readonly endpoint: Endpoint;
  readonly proxy?: ProxyServer;
}

/**
 * `http` requests are handed to the proxy whole, so all of them share its connections; `https` ones go through a
 * tunnel (CONNECT), so that TLS is between us and the server.
 */
export function routeTo(origin: string, proxy: ProxyServer | undefined): Route {
  const endpoint = endpointOf(new URL(origin));
  if (proxy === undefined) return { key: origin, peer: origin, endpoint };
  if (endpoint.secure) return { key: `${origin} via ${proxy.origin}`, peer: origin, endpoint, proxy };
  return { key: `forward ${proxy.origin}`, peer: proxy.origin, endpoint: proxy.endpoint, proxy };
}

/** Does the proxy forward the requests, rather than open a tunnel for them? */
export function isForwarded(route: Route): boolean {
  return route.proxy !== undefined && route.endpoint === route.proxy.endpoint;
}

export function endpointOf(url: URL): Endpoint {
  const secure = url.protocol === "https:";
  return {
    hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"), // sockets want IPv6 addresses without brackets
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    secure,
  };
}

/** `host:port` as a CONNECT request and error messages want it. */
export function authorityOf({ hostname, port }: Endpoint): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
