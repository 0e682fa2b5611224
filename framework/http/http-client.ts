import { ensure, type Operation, resource, until } from "effection";
import type { Dispatcher } from "undici";
import { type JsonValue, useRedactor } from "../../toolkit/index.ts";
import type { HttpSettings } from "../configuration/index.ts";
import type { Authenticator } from "./authentication/authenticator.ts";
import { openDispatcher } from "./connection/dispatcher.ts";
import { Http2Streams } from "./connection/http2-streams.ts";
import type { Environment } from "./connection/proxies.ts";
import { Slots } from "./connection/slots.ts";
import type { Wire } from "./connection/wire.ts";
import { HttpObserverContext } from "./observer.ts";
import type { HttpRequest, JsonBody } from "./request.ts";
import { RequestSender } from "./request-sender.ts";
import type { HttpResponse } from "./response.ts";
import { RetryEngine } from "./retry/retry-engine.ts";
import { type RetryPolicy, retryPolicyFor } from "./retry/retry-policy.ts";
import { toTimeoutMs } from "./timer.ts";
import { type Query, toBaseUrl } from "./url.ts";

export interface HttpClientOptions {
  /** Root of the API; a missing `/` at its end is added. */
  readonly baseUrl: string;
  /** The setting that it comes from, for messages. */
  readonly baseUrlSetting?: string;
  /** The `http` section for tools, the `observability` section for the Observability API. */
  readonly settings: HttpSettings;
  /** With one, redirects to another origin are not followed: `E_HTTP_REDIRECT`. */
  readonly auth?: Authenticator;
  /** Statuses that `auth` is told of: what it sent may not be good any more. 401 alone by default. */
  readonly refusals?: ReadonlySet<number>;
  /** Where `HTTP_PROXY` and its like are read, once; the process's own by default. */
  readonly env?: Environment;
  /** A longer reply is an error, `E_HTTP_TOO_LARGE`; it is held in memory. */
  readonly maxResponseBytes?: number;
  /** In place of connections of its own: undici's `MockAgent`, for one. Stays open when the client ends. */
  readonly dispatcher?: Dispatcher;
}

export interface JsonRequestOptions {
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly retry?: Partial<RetryPolicy>;
}

/** Requests below one base URL. A halt ends a request on the wire as well, and gives its connection free. */
export interface HttpClient {
  readonly baseUrl: string;
  /**
   * @returns the reply, whatever its status; redirects followed as the settings say
   * @throws {AgentError} `E_HTTP_REQUEST`, `E_HTTP_CONNECT`, `E_HTTP_PROXY`, `E_HTTP_TLS`, `E_HTTP_TIMEOUT`,
   * `E_HTTP_BROKEN`, `E_HTTP_REDIRECT`, `E_HTTP_TOO_LARGE`, `E_HTTP_CLOSED`, and what the authenticator throws
   */
  request(request: HttpRequest): Operation<HttpResponse>;
  /**
   * Retries by default: reading twice does no harm.
   * @returns the parsed body, to be checked with `parseReply`; `undefined` when it is empty
   * @throws {AgentError} what `request` does, `E_HTTP_STATUS` unless 2xx, `E_REPLY_SHAPE` unless JSON
   */
  getJson(path: string, options?: JsonRequestOptions): Operation<JsonValue | undefined>;
  /** As `getJson`, but retries only when `options.retry` asks for it. */
  postJson(path: string, body: JsonBody, options?: JsonRequestOptions): Operation<JsonValue | undefined>;
}

const REFUSALS: ReadonlySet<number> = new Set([401]);
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
const MAX_SERVER_WAIT_MS = 60_000;

/** Opens a client whose connections end with the calling scope. Each setting of the section has its effect here. */
export function useHttpClient(options: HttpClientOptions): Operation<HttpClient> {
  return resource(function* (provide) {
    const { settings, maxResponseBytes = MAX_RESPONSE_BYTES, env = process.env } = options;
    const { auth, refusals = REFUSALS, baseUrlSetting = "the base URL" } = options;
    const dispatcher = options.dispatcher ?? (yield* useDispatcher(settings, env));
    const baseUrl = toBaseUrl(options.baseUrl);
    const observer = yield* HttpObserverContext.get();
    const observe: Wire["observe"] = observer && ((status, durationMs) => observer(baseUrl.host, status, durationMs));
    const redactor = yield* useRedactor();
    const streams = settings.http2 ? yield* useHttp2Streams() : undefined;
    const wire = { ...limitsOf(settings), dispatcher, streams, maxResponseBytes, redactor, observe };
    const sender = new RequestSender({ baseUrl, baseUrlSetting, settings, auth, refusals, wire });
    // A server cannot make us wait longer than we would for its reply.
    const retries = new RetryEngine(toTimeoutMs(settings.read_timeout) ?? MAX_SERVER_WAIT_MS);
    yield* provide(new Client(sender, retries, baseUrl.href));
  });
}

function useDispatcher(settings: HttpSettings, env: Environment): Operation<Dispatcher> {
  return resource(function* (provide) {
    const closing = new AbortController();
    const dispatcher = openDispatcher(settings, env, closing.signal);
    yield* ensure(function* () {
      const closed = dispatcher.destroy(); // fails all requests, also those that wait
      closing.abort();
      yield* until(closed);
    });
    yield* provide(dispatcher);
  });
}

function useHttp2Streams(): Operation<Http2Streams> {
  return resource(function* (provide) {
    const streams = new Http2Streams();
    yield* ensure(() => streams.close());
    yield* provide(streams);
  });
}

type Limits = Omit<Wire, "dispatcher" | "streams" | "maxResponseBytes" | "redactor" | "observe">;

function limitsOf(settings: HttpSettings): Limits {
  return {
    slots: new Slots(settings.max_total_connections),
    poolTimeout: settings.pool_timeout,
    readTimeout: settings.read_timeout,
    writeTimeout: settings.write_timeout,
    maxKeepaliveConnections: settings.max_keepalive_connections,
  };
}

class Client implements HttpClient {
  readonly baseUrl: string;
  readonly #sender: RequestSender;
  readonly #retries: RetryEngine;

  constructor(sender: RequestSender, retries: RetryEngine, baseUrl: string) {
    this.#sender = sender;
    this.#retries = retries;
    this.baseUrl = baseUrl;
  }

  request(request: HttpRequest): Operation<HttpResponse> {
    if (request.retry === undefined) return this.#sender.send(request);
    return this.#retries.send(() => this.#sender.send(request), request.retry);
  }

  *getJson(path: string, options: JsonRequestOptions = {}): Operation<JsonValue | undefined> {
    const retry = retryPolicyFor("GET", options.retry);
    const headers = { accept: "application/json", ...options.headers };
    return (yield* this.request({ ...options, method: "GET", path, headers, retry })).expectOk().json();
  }

  *postJson(path: string, body: JsonBody, options: JsonRequestOptions = {}): Operation<JsonValue | undefined> {
    const retry = retryPolicyFor("POST", options.retry);
    return (yield* this.request({ ...options, method: "POST", path, json: body, retry })).expectOk().json();
  }
}
