import { BlockList, isIP } from "node:net";
import { AgentError } from "../../../toolkit/index.ts";
import { type Endpoint, endpointOf } from "./route.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ProxyServer {
  readonly origin: string;
  readonly endpoint: Endpoint;
  /** The value of `Proxy-Authorization`, when the URL names a user. */
  readonly authorization?: string;
}

/**
 * Which proxy the environment names for an origin: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, lower case
 * first, an empty value counting as unset.
 * @throws {AgentError} `E_HTTP_PROXY` when the variable does not hold the URL of an http(s) proxy
 */
export function proxyFor(origin: URL, env: Environment): ProxyServer | undefined {
  const names = [origin.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY", "ALL_PROXY"];
  for (const name of names) {
    const value = variable(env, name);
    if (value !== undefined)
      return isBypassed(origin, variable(env, "NO_PROXY") ?? "") ? undefined : parse(name, value);
  }
  return undefined;
}

function variable(env: Environment, name: string): string | undefined {
  return env[name.toLowerCase()] || env[name] || undefined;
}

function parse(name: string, value: string): ProxyServer {
  const url = URL.parse(value.includes("://") ? value : `http://${value}`);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    // The value is not shown: it may hold a password.
    throw new AgentError(
      "E_HTTP_PROXY",
      `${name} is not the URL of an HTTP proxy. Set it to http://host:port or unset it.`,
    );
  }
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const authorization = user === ":" ? {} : { authorization: `Basic ${Buffer.from(user).toString("base64")}` };
  return { origin: url.origin, endpoint: endpointOf(url), ...authorization };
}

/**
 * `NO_PROXY`: a list, separated by commas or blanks, of `*`, `host` or `.host` (and its subdomains), `*.host`
 * (subdomains only), an address, a range such as `10.0.0.0/8`; each but the last with an optional `:port`.
 */
function isBypassed(origin: URL, list: string): boolean {
  const { hostname, port } = endpointOf(origin);
  const host = hostname.replace(/\.$/, "");
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      const { name, onlyPort } = splitPort(entry);
      return (onlyPort === undefined || onlyPort === port) && matches(host, name);
    });
}

function splitPort(entry: string): { readonly name: string; readonly onlyPort?: number } {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
  const name = bracketed ?? plain ?? entry; // an IPv6 address without brackets stays whole
  return port === undefined ? { name } : { name, onlyPort: Number(port) };
}

function matches(host: string, name: string): boolean {
  if (name === "*") return true;
  if (name.includes("/")) return isInRange(host, name);
  if (name.startsWith("*.")) return host.endsWith(name.slice(1));
  const domain = name.replace(/^\./, "");
  return host === domain || host.endsWith(`.${domain}`);
}

function isInRange(host: string, range: string): boolean {
  const [network = "", bits = ""] = range.split("/");
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || !/^\d+$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128))
    return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const addresses = new BlockList();
  addresses.addSubnet(network, Number(bits), type);
  return addresses.check(host, type);
}
