import type { Operation } from "effection";
import { AgentError } from "../../toolkit/index.ts";
import type { HttpSettings } from "../configuration/index.ts";
import type { Authenticator, AuthHeaders } from "./authentication/authenticator.ts";
import { ACCEPTED_ENCODINGS } from "./connection/decode-body.ts";
import { exchange } from "./connection/exchange.ts";
import type { Message, Target, Wire } from "./connection/wire.ts";
import {
  isRedirect,
  leavesOrigin,
  MAX_REDIRECTS,
  publicHeaders,
  redirectTarget,
  tooManyRedirects,
} from "./redirects.ts";
import { encodeBody, type HttpRequest } from "./request.ts";
import type { HttpResponse } from "./response.ts";
import { appendQuery, describeUrl, encodePairs, expandPath, toQueryString } from "./url.ts";

export interface RequestSenderOptions {
  readonly baseUrl: URL;
  /** What it is called in messages. */
  readonly baseUrlSetting: string;
  readonly settings: HttpSettings;
  readonly auth: Authenticator | undefined;
  /** Statuses that say so when what `auth` sent is not good any more. */
  readonly refusals: ReadonlySet<number>;
  readonly wire: Wire;
}

/** What the headers of a request are made of. */
interface HeaderParts {
  readonly contentType: string | undefined;
  readonly auth: AuthHeaders;
  readonly own: HttpRequest["headers"];
}

const DEFAULT_HEADERS = { accept: "*/*", "accept-encoding": ACCEPTED_ENCODINGS, "user-agent": "observability-agents" };
const NO_AUTH: AuthHeaders = Object.freeze({});
const MAX_CACHED_TARGETS = 100;

/** Sends one request: address, headers, authentication, redirects. Retries are the retry engine's. */
export class RequestSender {
  readonly #options: RequestSenderOptions;
  /** By method and path, for paths without arguments and query: URLs are slow to make. */
  readonly #targets = new Map<string, Map<string, Target>>();
  readonly #commonQuery: string;
  #lastHeaders: (HeaderParts & { readonly headers: Readonly<Record<string, string>> }) | undefined;

  constructor(options: RequestSenderOptions) {
    const { settings } = options;
    this.#options = options;
    this.#commonQuery = encodePairs(settings.params ?? []);
  }

  *send(request: HttpRequest): Operation<HttpResponse> {
    const { auth, refusals, wire } = this.#options;
    const target = this.#targetOf(request);
    const { bytes, contentType } = encodeBody(request);
    const authHeaders = auth === undefined ? NO_AUTH : yield* auth.headers();
    const headers = this.#headersOf({ contentType, auth: authHeaders, own: request.headers });
    const { method, statusSuffices = false } = request;
    const message = { method, headers, body: bytes, statusSuffices };
    const answer = yield* exchange(wire, target, message);
    const response = isRedirect(answer) ? yield* this.#follow(answer, target, message) : answer;
    if (!refusals.has(response.status) || auth?.refused === undefined) return response;
    if (!(yield* auth.refused(authHeaders))) return response;
    const renewed = this.#headersOf({ contentType, auth: yield* auth.headers(), own: request.headers });
    const again = { ...message, headers: renewed };
    return yield* this.#follow(yield* exchange(wire, target, again), target, again);
  }

  /** @param answer what came of the message */
  *#follow(answer: HttpResponse, start: Target, message: Message): Operation<HttpResponse> {
    const { auth, baseUrlSetting, settings, wire } = this.#options;
    let response = answer;
    let target = start;
    let { headers } = message;
    for (let redirects = 0; settings.follow_redirects; redirects += 1) {
      const next = redirectTarget(message.method, response);
      if (next === undefined) break;
      if (redirects === MAX_REDIRECTS) throw tooManyRedirects(response);
      if (next.origin !== target.origin) {
        // What a stranger answers to a request without credentials says nothing: neither its 200 nor its 401.
        if (auth !== undefined) throw leavesOrigin(response, next, baseUrlSetting);
        headers = publicHeaders(headers);
      }
      target = targetAt(next, message.method);
      response = yield* exchange(wire, target, { ...message, headers });
    }
    return response;
  }

  /** Made once for parts that nobody can change: to put them together for each event takes 1 µs. */
  #headersOf(parts: HeaderParts): Readonly<Record<string, string>> {
    const { contentType, auth, own } = parts;
    const last = this.#lastHeaders;
    if (last?.contentType === contentType && last?.auth === auth && last.own === own) return last.headers;
    const type = contentType === undefined ? {} : { "content-type": contentType };
    const headers = { ...DEFAULT_HEADERS, ...type, ...withLowerCaseNames(auth), ...withLowerCaseNames(own ?? {}) };
    if (Object.isFrozen(auth) && Object.isFrozen(own)) this.#lastHeaders = { ...parts, headers };
    return headers;
  }

  #targetOf(request: HttpRequest): Target {
    const { method, path, pathArguments, query } = request;
    if (pathArguments !== undefined || query !== undefined) return targetAt(this.#resolve(request), method);
    const targets = this.#targets.get(method) ?? new Map<string, Target>();
    const known = targets.get(path);
    if (known !== undefined) return known;
    const target = targetAt(this.#resolve(request), method);
    this.#targets.set(method, targets);
    if (targets.size < MAX_CACHED_TARGETS) targets.set(path, target);
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
}

/** So that of two that differ in case only one is sent, the later. `content-length` is left out: the body says it. */
function withLowerCaseNames(headers: AuthHeaders): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  return Object.fromEntries(entries.filter(([name]) => name !== "content-length"));
}

function targetAt(url: URL, method: string): Target {
  const description = `${method} ${describeUrl(url)}`;
  return { url, origin: url.origin, path: `${url.pathname}${url.search}`, description };
}
