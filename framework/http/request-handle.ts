import type { z } from "zod";
import type { Handle } from "../core/index.ts";
import type { HttpClient } from "./http-client.ts";
import { parseReply } from "./parse-reply.ts";
import type { HttpMethod, JsonBody } from "./request.ts";
import type { HttpResponse } from "./response.ts";
import { type RetryPolicy, retryPolicyFor } from "./retry/retry-policy.ts";
import type { PathArguments, Query } from "./url.ts";

export interface HttpRequestInput {
  readonly query?: Query;
  readonly json?: JsonBody;
  readonly pathArguments?: PathArguments;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpRequestHandleOptions<Schema extends z.ZodType> {
  /** `acme.list_runs` */
  readonly name: string;
  readonly client: HttpClient;
  readonly method: HttpMethod;
  /** Relative to the client's base URL, with a `{name}` for each path argument: `jobs/{id}/runs`. */
  readonly path: string;
  /** What the reply must look like; its output is the handle's. `jsonId()` for ids. */
  readonly schema: Schema;
  /** Without it, GET, HEAD, OPTIONS, PUT and DELETE are retried and the others are not. */
  readonly retry?: Partial<RetryPolicy>;
}

/**
 * A request as a handle: sent with retries, its reply checked.
 * @throws {AgentError} what `HttpClient.request` does; `E_HTTP_STATUS` unless 2xx; `E_REPLY_SHAPE` unless JSON as the
 * schema says (an empty body counts as `undefined`)
 */
export function httpRequestHandle<Schema extends z.ZodType>(
  options: HttpRequestHandleOptions<Schema>,
): Handle<HttpRequestInput, HttpResponse, z.output<Schema>> {
  const { name, client, method, path, schema } = options;
  const retry = retryPolicyFor(method, options.retry);
  return {
    name,
    *preHook() {},
    *handle({ pathArguments = {}, headers, ...input }) {
      const accepting = { accept: "application/json", ...headers };
      return yield* client.request({ ...input, method, path, pathArguments, headers: accepting, retry });
    },
    *postHook(response) {
      return parseReply(schema, response.expectOk().json(), response.description);
    },
  };
}
