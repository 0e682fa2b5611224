import { createServer, type Server, type ServerResponse } from "node:http";
import { action, ensure, type Operation, resource, until } from "effection";
import { AgentError } from "../../toolkit/errors.ts";
import { createIngestion } from "./api/ingestion.ts";
import { Faults } from "./faults.ts";
import { createPage } from "./live/page.ts";
import { defaultCheckIntervalMs, Model, type ObservedModel } from "./model/index.ts";
import { type AcceptedEvent, Received, type ReceivedState } from "./received.ts";
import { allowBoth, defaultServiceAccountKey, type ServiceAccountKeys } from "./service-account-keys.ts";

export interface ObservabilityServerOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly host?: string;
  /** `{ [defaultServiceAccountKey]: both services }` by default. */
  readonly keys?: ServiceAccountKeys;
  /** Where the API is, as behind the real server's proxy; `/api/` by default, `/` for none. */
  readonly basePath?: string;
  /** Faults prepared before the first request; later ones through `server.faults`. */
  readonly faults?: Faults;
  /** Newest events, heartbeats and refusals kept, of each; 250,000 by default. */
  readonly maxKept?: number;
  /** The project's agent check interval; 300,000 by default, as on the real server. */
  readonly checkIntervalMs?: number;
  /**
   * Called with each event that is accepted, before it is answered. The response says what becomes of the answer; its
   * `req` is the request that brought the event.
   */
  readonly onAccepted?: (event: AcceptedEvent, response: ServerResponse) => void;
}

export interface ObservabilityServer extends ReceivedState {
  /** The API base, ending in `/`: what an agent's `observability_base_url` is set to. */
  readonly url: string;
  /** The live web page. */
  readonly pageUrl: string;
  /** The first of the keys. */
  readonly key: string;
  readonly faults: Faults;
  /** What the server makes of the accepted events and heartbeats. */
  readonly model: ObservedModel;
  /** Waits until `reached` is true of what has arrived; asks at once and after each request. */
  until(reached: (state: ReceivedState) => boolean): Operation<void>;
  /** Drops all connections and refuses new ones, until `goOnline`. Does nothing while it is offline. */
  goOffline(): Operation<void>;
  /**
   * Listens on the same port again.
   * @throws {AgentError} `E_LISTEN` when another process has taken it meanwhile
   */
  goOnline(): Operation<void>;
}

/**
 * A stand-in for the Observability ingestion API with a live web page on the same port. It listens until the end of the
 * scope and then drops every connection.
 * @throws {AgentError} `E_LISTEN` when the port is taken or the host is not this machine's
 */
export function useObservabilityServer(options: ObservabilityServerOptions = {}): Operation<ObservabilityServer> {
  const { port = 0, host = "127.0.0.1", keys = allowBoth(defaultServiceAccountKey) } = options;
  const { faults = new Faults(), maxKept = 250_000, checkIntervalMs = defaultCheckIntervalMs, onAccepted } = options;
  const basePath = toBasePath(options.basePath ?? "/api/");

  return resource(function* (provide) {
    const received = new Received(maxKept);
    const model = new Model();
    const keyServices = new Map(Object.entries(keys));
    const ingestion = createIngestion({ basePath, keys: keyServices, faults, received, model, onAccepted });
    const page = createPage({ basePath, received, model, checkIntervalMs });
    // 75 s, the real proxy's: Node's own 5 s would close connections that a client's pool is about to use again.
    const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) =>
      page.isFor(request) ? page.handle(request, response) : ingestion.handle(request, response),
    );
    yield* ensure(function* () {
      page.close();
      ingestion.close();
      yield* stop(server);
    });
    yield* listen(server, port, host);
    const ownPort = portOf(server);
    const origin = `http://${toUrlHost(host)}:${ownPort}`;
    yield* provide({
      url: origin + basePath,
      pageUrl: `${origin}/`,
      key: Object.keys(keys)[0] ?? "",
      faults,
      model,
      events: received.events,
      refused: received.refused,
      heartbeats: received.heartbeats,
      totals: received.totals,
      get requests() {
        return received.requests;
      },
      until: (reached) => reachedIn(received, reached),
      goOffline: () => stop(server),
      *goOnline() {
        if (!server.listening) yield* listen(server, ownPort, host);
      },
    });
  });
}

function reachedIn(received: Received, reached: (state: ReceivedState) => boolean): Operation<void> {
  return action((resolve, reject) => {
    const ask = (): void => {
      try {
        if (reached(received)) resolve();
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const stopWatching = received.watch(ask);
    ask();
    return stopWatching;
  });
}

function listen(server: Server, port: number, host: string): Operation<void> {
  return action((resolve, reject) => {
    const failed = (cause: Error): void =>
      reject(
        new AgentError("E_LISTEN", `Cannot listen on ${host}:${port}: ${cause.message}. Choose another port.`, {
          cause,
        }),
      );
    server.once("error", failed);
    server.listen(port, host, resolve);
    return () => server.off("error", failed);
  });
}

function* stop(server: Server): Operation<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve()); // calls back with an error when it never listened: stopped all the same
  server.closeAllConnections();
  yield* until(promise);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** What a program on this machine connects to. */
function toUrlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

/** `api`, `/api` and `/api/` are one base. */
const toBasePath = (path: string): string => `/${path.replace(/^\/+|\/+$/g, "")}/`.replace("//", "/");
