import type { Operation } from "effection";
import { apiTokenConfiguration, httpConfiguration } from "../../framework/configuration/index.ts";
import { readCertificates } from "../../framework/http/index.ts";
import type { WebSocketOptions } from "../../framework/websocket/index.ts";
import { available, lookup } from "../../registry/index.ts";
import type { ExampleSettings } from "./configuration.ts";

/** How to connect: TLS as `[http]` says, with the API token as a bearer token when there is one. */
export function* useConnectionOptions(
  example: ExampleSettings,
): Operation<WebSocketOptions & { readonly reconnectMs: number }> {
  const { ssl_verify, ssl_cert_file } = yield* lookup(httpConfiguration);
  const token = (yield* available(apiTokenConfiguration)) ? yield* lookup(apiTokenConfiguration) : undefined;
  return {
    url: example.target_url,
    connectTimeoutMs: example.timeout * 1000,
    silenceTimeoutMs: example.timeout * 1000,
    maxMessageBytes: example.max_message_bytes,
    reconnectMs: example.period * 1000,
    rejectUnauthorized: ssl_verify,
    ...(ssl_verify && ssl_cert_file && { ca: readCertificates(ssl_cert_file) }),
    ...(token && { headers: { Authorization: `Bearer ${token.agent_token.reveal()}` } }),
  };
}
