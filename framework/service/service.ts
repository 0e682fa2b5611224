import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { ensure, type Operation, resource } from "effection";
import type { EffectiveSetting } from "../../registry/index.ts";
import { useLogger, useRedactor } from "../../toolkit/index.ts";
import { Monitor, MonitorContext, ThrottledLog, useShutdown } from "../core/index.ts";
import { HttpObserverContext } from "../http/index.ts";
import { createApp } from "./app.ts";
import type { DeliveryView } from "./delivery-view.ts";
import { type Address, listen, stop, urlOf } from "./listen.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { answersTo } from "./own-names.ts";
import { Feed } from "./status/feed.ts";
import { History, SAMPLE_PERIOD_MS } from "./status/history.ts";
import { statusParts } from "./status/parts.ts";
import type { AgentFacts, Watched } from "./watched.ts";

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_CONNECTIONS = 100;

export interface ServiceOptions {
  readonly address: Address;
  readonly agent: AgentFacts;
  /** What the page shows as the configuration of the moment; secrets masked. */
  readonly settings: () => readonly EffectiveSetting[];
  readonly replayEnabled: boolean;
  readonly delivery: DeliveryView;
}

/**
 * Health, metrics and the status page of the run, over HTTP, for as long as the caller's scope. Once it listens, nothing
 * that happens to it reaches the agent. It speaks of the run's monitor, and sets the HTTP observer of the caller's scope.
 * @returns where it is, e.g. `http://127.0.0.1:8080/`
 * @throws {AgentError} `E_SERVICE_ADDRESS` when it cannot listen there
 */
export function* useService(options: ServiceOptions): Operation<string> {
  const monitor = (yield* MonitorContext.get()) ?? (yield* MonitorContext.set(new Monitor()));
  const { address, ...facts } = options;
  const watched: Watched = {
    ...facts,
    startedAtMs: performance.now(),
    monitor,
    shutdown: yield* useShutdown(),
    redactor: yield* useRedactor(),
  };
  const metrics = createMetrics(watched);
  yield* HttpObserverContext.set(metrics.observeRequest);
  const log = yield* useLogger({ task: "service" });
  const troubles = new ThrottledLog(log);
  const failed = (error: unknown) => troubles.warn("failure", { err: error }, "The service failed at something.");

  return yield* resource<string>(function* (provide) {
    const history = new History();
    const feed = new Feed(statusParts(watched, history), failed);
    const app = createApp({
      watched,
      metrics,
      feed,
      answersTo: (host) => answersTo(server, address.host, host),
      failed,
    });
    const server = createServer(
      { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
      getRequestListener(app.fetch, {
        overrideGlobalObjects: false, // the agent's fetch uses them too
        hostname: "localhost", // for requests of HTTP/1.0, which need not name one
      }),
    );
    server.maxConnections = MAX_CONNECTIONS;
    const sampler = setInterval(() => sample(history, watched.delivery, failed), SAMPLE_PERIOD_MS).unref();
    yield* ensure(function* () {
      clearInterval(sampler);
      feed.close();
      yield* stop(server);
    });
    yield* listen(server, address);
    server.on("error", failed);
    sample(history, watched.delivery, failed);
    const url = urlOf(server);
    log.info({ url }, "The service listens: /livez, /readyz, /metrics and the status page at /.");
    yield* provide(url);
  });
}

function sample(history: History, delivery: DeliveryView, failed: (error: unknown) => void): void {
  try {
    const { acknowledged, queued, inFlight, oldestQueuedAt } = delivery.statistics();
    const oldestMs = oldestQueuedAt === undefined ? 0 : Math.max(0, Date.now() - oldestQueuedAt);
    history.add({ atMs: performance.now(), acknowledged, backlog: queued + inFlight, oldestMs });
  } catch (error) {
    failed(error);
  }
}
