export type { Authenticator, AuthHeaders } from "./authentication/authenticator.ts";
export { authenticatorFor } from "./authentication/authenticator-for.ts";
export {
  type AzureServicePrincipal,
  type AzureUser,
  type TokenClientOptions,
  useAzureServicePrincipalAuth,
  useAzureUserAuth,
} from "./authentication/azure.ts";
export { basicAuth } from "./authentication/basic.ts";
export { type AccessToken, useSharedToken } from "./authentication/shared-token.ts";
export { serviceAccountKeyAuth, type TokenAuthOptions, tokenAuth } from "./authentication/token.ts";
export { type Environment, proxyVariables } from "./connection/proxies.ts";
export { readCertificates, tlsOptions } from "./connection/tls.ts";
export { HttpStatusError, HttpTimeoutError, RETRYABLE_STATUSES, type TimeoutKind } from "./errors.ts";
export { type HttpClient, type HttpClientOptions, type JsonRequestOptions, useHttpClient } from "./http-client.ts";
export { type HttpObserver, HttpObserverContext } from "./observer.ts";
export { jsonId, parseReply } from "./parse-reply.ts";
export type { HttpMethod, HttpRequest, JsonBody } from "./request.ts";
export { type HttpRequestHandleOptions, type HttpRequestInput, httpRequestHandle } from "./request-handle.ts";
export type { HttpResponse } from "./response.ts";
export { retryDelayMs } from "./retry/retry-delay.ts";
export { DEFAULT_RETRY, type RetryPolicy } from "./retry/retry-policy.ts";
export type { PathArguments, Query, QueryValue } from "./url.ts";
