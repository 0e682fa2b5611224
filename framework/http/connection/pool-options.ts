import type { HttpSettings } from "../../configuration/index.ts";
import type { PoolOptions } from "./connection-pool.ts";
import { tlsOptions } from "./tls.ts";

/** @throws {AgentError} `E_HTTP_CA_FILE` */
export function poolOptions(settings: HttpSettings): PoolOptions {
  return {
    connectionTimeout: settings.connection_timeout,
    retries: settings.retries,
    http2: settings.http2,
    tls: tlsOptions(settings.ssl_verify, settings.ssl_cert_file ?? undefined),
    maxTotalConnections: Math.max(1, settings.max_total_connections), // with none, nothing could ever be sent
    maxKeepaliveConnections: settings.max_keepalive_connections,
    keepAliveMs: settings.max_keepalive_connections === 0 ? 0 : settings.keepalive_expiration * 1000,
  };
}
