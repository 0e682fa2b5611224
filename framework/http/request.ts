import type { JsonValue } from "../../toolkit/index.ts";
import type { RetryPolicy } from "./retry/retry-policy.ts";
import type { PathArguments, Query } from "./url.ts";

export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

export interface HttpRequest {
  readonly method: HttpMethod;
  /** Relative to the base URL (RFC 3986: a leading `/` leaves its path); may hold `{name}`s. */
  readonly path: string;
  /** Percent-encoded and put in place of the `{name}`s; without them braces stay as they are. */
  readonly pathArguments?: PathArguments;
  readonly query?: Query;
  /** They win over the client's and the authenticator's, whatever the case of their names; `content-length` is left out. */
  readonly headers?: Readonly<Record<string, string>>;
  /** At most one of `json`, `form` and `body`. */
  readonly json?: JsonBody;
  readonly form?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /**
   * All that the caller needs is the status. A 2xx is the answer as soon as its headers are there; its body is dropped,
   * and whatever goes wrong with that is no error. That of another status is empty when something goes wrong with it.
   */
  readonly statusSuffices?: boolean;
  /**
   * Given: sent through the client's retry engine, which also keeps to the pace that the server's rate limits ask for.
   * Not given: sent once and at once, besides attempts to connect.
   */
  readonly retry?: RetryPolicy;
}

/** What `JSON.stringify` takes; a key that is `undefined` is left out. */
export type JsonBody = JsonValue | { readonly [key: string]: unknown } | readonly unknown[];

/** The body's bytes, and the headers that speak of it. */
export function encodeBody({ json, form, body }: HttpRequest): {
  readonly bytes?: Buffer;
  readonly contentType?: string;
} {
  if (json !== undefined) return { bytes: Buffer.from(JSON.stringify(json)), contentType: "application/json" };
  if (form !== undefined) {
    const bytes = Buffer.from(new URLSearchParams(form).toString());
    return { bytes, contentType: "application/x-www-form-urlencoded" };
  }
  if (body === undefined) return {};
  return { bytes: typeof body === "string" ? Buffer.from(body) : body };
}
