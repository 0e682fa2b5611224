import { AgentError } from "../../../toolkit/index.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** As undici's `EnvHttpProxyAgent` wants them: what is not given would be read from the process's own environment. */
export interface ProxyVariables {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/**
 * The proxies an environment names: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, lower case first, an empty
 * value counting as unset. `https` goes through the one for `http` when it has none of its own; undici wants it so.
 * @returns `undefined` when there is none
 * @throws {AgentError} `E_HTTP_PROXY_URL` when a variable does not hold the URL of an http(s) proxy
 */
export function proxyVariables(env: Environment): ProxyVariables | undefined {
  const all = proxyUrl(env, "ALL_PROXY");
  const httpProxy = proxyUrl(env, "HTTP_PROXY") || all;
  const httpsProxy = proxyUrl(env, "HTTPS_PROXY") || httpProxy;
  return httpsProxy === "" ? undefined : { httpProxy, httpsProxy, noProxy: value(env, "NO_PROXY") };
}

function proxyUrl(env: Environment, name: string): string {
  const text = value(env, name);
  if (text === "") return "";
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (url !== null && isProxy(url)) return url.href;
  // The value is not shown: it may hold a password.
  const set = env[name.toLowerCase()] ? name.toLowerCase() : name;
  const message = `${set} in the environment is not the URL of an HTTP proxy. Set it to http://host:port or http://user:password@host:port, with special characters encoded (% is %25), or unset it.`;
  throw new AgentError("E_HTTP_PROXY_URL", message);
}

/** undici takes no others, and says so without naming the variable. */
function isProxy({ protocol, pathname, search, hash, username, password }: URL): boolean {
  return /^https?:$/.test(protocol) && pathname + search + hash === "/" && isEncoded(username) && isEncoded(password);
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function value(env: Environment, name: string): string {
  return env[name.toLowerCase()] || env[name] || "";
}
