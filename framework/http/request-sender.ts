import type { Operation } from "effection";
import { AgentError } from "../../toolkit/index.ts";
import type { HttpSettings } from "../configuration/index.ts";
import type { Authenticator, AuthHeaders } from "./authentication/authenticator.ts";
import type { ConnectionPool } from "./connection/connection-pool.ts";
import { ACCEPTED_ENCODINGS } from "./connection/decode-body.ts";
import { type ExchangeLimits, exchange } from "./connection/exchange.ts";
import { type Environment, proxyFor } from "./connection/proxies.ts";
import { isForwarded, type Route, routeTo } from "./connection/route.ts";
import { MAX_REDIRECTS, publicHeaders, redirectTarget, tooManyRedirects } from "./redirects.ts";
import { encodeBody, type HttpRequest } from "./request.ts";
import { HttpResponse } from "./response.ts";
import { appendQuery, describeUrl, expandPath, toQueryString } from "./url.ts";

export interface RequestSenderOptions {
  readonly baseUrl: URL;
  readonly settings: HttpSettings;
  readonly auth: Authenticator | undefined;
  readonly env: Environment;
  readonly pool: ConnectionPool;
  readonly maxResponseBytes: number;
}

/** Where a request goes. Made once for each path without arguments and query, since URLs are slow to make. */
interface Target {
  readonly url: URL;
  readonly route: Route;
  readonly requestLine: string;
  readonly description: string;
  /** Headers that the way there needs. */
  readonly headers: Readonly<Record<string, string>>;
}

interface Message {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

const DEFAULT_HEADERS = { accept: "*/*", "accept-encoding": ACCEPTED_ENCODINGS, "user-agent": "observability-agents" };
const NO_AUTH: AuthHeaders = {};
const MAX_CACHED_TARGETS = 100;

/** Sends one request: address, headers, authentication, redirects. Retries are the retry engine's. */
export class RequestSender {
  readonly #options: RequestSenderOptions;
  readonly #limits: ExchangeLimits;
  readonly #routes = new Map<string, Route>();
  readonly #targets = new Map<string, Target>();
  readonly #commonQuery: string;

  constructor(options: RequestSenderOptions) {
    const { settings, maxResponseBytes } = options;
    this.#options = options;
    this.#limits = {
      poolTimeout: settings.pool_timeout,
      readTimeout: settings.read_timeout,
      writeTimeout: settings.write_timeout,
      maxResponseBytes,
    };
    this.#commonQuery = new URLSearchParams(
      (settings.params ?? []).map(([name, value]): [string, string] => [name, value]),
    ).toString();
  }

  *send(request: HttpRequest): Operation<HttpResponse> {
    const { auth } = this.#options;
    const target = this.#targetOf(request);
    const { bytes, contentType } = encodeBody(request);
    const type = contentType === undefined ? {} : { "content-type": contentType };
    const authHeaders = auth === undefined ? NO_AUTH : yield* auth.headers();
    const headers = { ...DEFAULT_HEADERS, ...type, ...authHeaders, ...request.headers };
    const response = yield* this.#follow(target, { method: request.method, headers, body: bytes });
    if (response.status !== 401 || auth?.refused === undefined || !(yield* auth.refused(authHeaders))) return response;
    const newHeaders = { ...headers, ...(yield* auth.headers()), ...request.headers };
    return yield* this.#follow(target, { method: request.method, headers: newHeaders, body: bytes });
  }

  *#follow(start: Target, message: Message): Operation<HttpResponse> {
    let target = start;
    let { headers } = message;
    for (let redirects = 0; ; redirects += 1) {
      const response = yield* this.#exchange(target, { ...message, headers });
      const next = this.#options.settings.follow_redirects ? redirectTarget(message.method, response) : undefined;
      if (next === undefined) return response;
      if (redirects === MAX_REDIRECTS) throw tooManyRedirects(response);
      if (next.origin !== target.url.origin) headers = publicHeaders(headers);
      target = this.#targetAt(next, message.method);
    }
  }

  *#exchange(target: Target, { method, headers, body }: Message): Operation<HttpResponse> {
    const { url, route, requestLine, description } = target;
    const wire = { method, target: requestLine, headers: { ...headers, ...target.headers }, body, description };
    const reply = yield* exchange(this.#options.pool, route, wire, this.#limits);
    return new HttpResponse({ ...reply, url, description });
  }

  #targetOf(request: HttpRequest): Target {
    const { method, path, pathArguments, query } = request;
    const isFixed = pathArguments === undefined && query === undefined;
    const key = `${method} ${path}`;
    const cached = isFixed ? this.#targets.get(key) : undefined;
    if (cached !== undefined) return cached;
    const target = this.#targetAt(this.#resolve(request), method);
    if (isFixed && this.#targets.size < MAX_CACHED_TARGETS) this.#targets.set(key, target);
    return target;
  }

  #resolve({ path, pathArguments, query = {} }: HttpRequest): URL {
    const { baseUrl } = this.#options;
    const expanded = pathArguments === undefined ? path : expandPath(path, pathArguments);
    const url = URL.parse(appendQuery(appendQuery(expanded, toQueryString(query)), this.#commonQuery), baseUrl.href);
    if (url?.origin === baseUrl.origin) return url;
    // Our credentials go with every request, so an address from a reply must not lead them elsewhere.
    throw new AgentError(
      "E_HTTP_REQUEST",
      `Path "${path}" does not stay on ${baseUrl.origin}; use another client for that.`,
    );
  }

  #targetAt(url: URL, method: string): Target {
    const route = this.#routeTo(url);
    const description = `${method} ${describeUrl(url)}`;
    const path = `${url.pathname}${url.search}`;
    if (!isForwarded(route)) return { url, route, requestLine: path, description, headers: {} };
    const authorization = route.proxy?.authorization;
    const headers = {
      host: url.host,
      ...(authorization === undefined ? {} : { "proxy-authorization": authorization }),
    };
    return { url, route, requestLine: `${url.origin}${path}`, description, headers };
  }

  #routeTo(url: URL): Route {
    const known = this.#routes.get(url.origin);
    if (known !== undefined) return known;
    const route = routeTo(url.origin, proxyFor(url, this.#options.env));
    this.#routes.set(url.origin, route);
    return route;
  }
}
