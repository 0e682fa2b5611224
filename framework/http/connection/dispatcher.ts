import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import type { HttpSettings } from "../../configuration/index.ts";
import { toTimeoutMs } from "../timer.ts";
import { withRetries } from "./connector.ts";
import { socketsUntil } from "./open-sockets.ts";
import { type Environment, type ProxyVariables, proxyVariables } from "./proxies.ts";
import { tlsOptions } from "./tls.ts";

/** How long before the server would close an idle connection we do, in ms. */
const KEEP_ALIVE_MARGIN_MS = 1_000;

/**
 * undici's connection pools, one for each origin, as the settings want them. A connection is opened by the request that
 * needs it, directly or through the proxy that `env` names.
 * @param closing to be aborted when the dispatcher is destroyed: ends connections that are still being opened
 * @throws {AgentError} `E_HTTP_CA_FILE`, `E_HTTP_PROXY_URL`
 */
export function openDispatcher(settings: HttpSettings, env: Environment, closing: AbortSignal): Dispatcher {
  const { retries, connection_timeout: timeout } = settings;
  const untilClosing = socketsUntil(closing);
  const tls = tlsOptions(settings.ssl_verify, settings.ssl_cert_file ?? undefined);
  // `withRetries` keeps the time.
  const direct = untilClosing(buildConnector({ ...tls, allowH2: settings.http2, timeout: 0 }));
  const proxies = proxyVariables(env);
  const factory = (origin: string | URL, { connect }: Pool.Options): Dispatcher => {
    const isProxied = typeof connect === "function"; // only undici's proxy agents bring a connector of their own
    const proxy = isProxied ? proxyFor(origin, proxies) : undefined;
    const connector = isProxied ? untilClosing(connect) : direct;
    return new Pool(origin, {
      ...poolOptions(settings),
      connect: withRetries(connector, { retries, timeout, proxy, closing }),
    });
  };
  if (proxies === undefined) return new Agent({ factory });
  /** The connections through which tunnels go. */
  const clientFactory = (origin: URL, { connect }: Pool.Options): Dispatcher =>
    new Pool(origin, typeof connect === "function" ? { connect: untilClosing(connect) } : {});
  // What is left of an attempt that took too long ends by these timeouts.
  const tlsWithLimit = { ...tls, timeout: toTimeoutMs(timeout) ?? 0 };
  const proxyTls = { ...tlsWithLimit, allowH2: false };
  const requestTls = { ...tlsWithLimit, allowH2: settings.http2 };
  return new EnvHttpProxyAgent({ ...proxies, factory, clientFactory, proxyTls, requestTls });
}

/** Without user and password. */
function proxyFor(origin: string | URL, proxies: ProxyVariables | undefined): string | undefined {
  const isSecure = new URL(origin).protocol === "https:";
  return proxies && new URL(isSecure ? proxies.httpsProxy : proxies.httpProxy).origin;
}

function poolOptions(settings: HttpSettings): Pool.Options {
  const keepAliveMs = settings.keepalive_expiration * 1000;
  return {
    connections: settings.max_total_connections,
    pipelining: keepAliveMs > 0 ? 1 : 0,
    keepAliveTimeout: Math.max(1, keepAliveMs),
    keepAliveMaxTimeout: Math.max(1, keepAliveMs),
    keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN_MS,
    allowH2: settings.http2,
    // Exchange keeps the time: undici's timers are exact to a second only.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
}
