import { collectDefaultMetrics, Registry } from "prom-client";
import type { HttpObserver } from "../../http/index.ts";
import { reasonsNotReady } from "../readiness.ts";
import type { Watched } from "../watched.ts";
import { deliveryMetrics } from "./delivery-metrics.ts";
import { gauge } from "./gauges.ts";
import { loopMetrics } from "./loop-metrics.ts";
import { requestMetrics } from "./request-metrics.ts";

/** Each look at the event loop's lag wakes an idle process: 10 ms, the usual, would cost 0.5 % of a CPU. */
const LAG_RESOLUTION_MS = 20;

/** The Prometheus metrics of one run. */
export interface Metrics {
  readonly contentType: string;
  readonly observeRequest: HttpObserver;
  /** The metrics as of now, in Prometheus' text format. */
  scrape(): Promise<string>;
}

export function createMetrics(watched: Watched): Metrics {
  const registry = new Registry();
  const readLoops = loopMetrics(registry);
  const readHealth = healthMetrics(registry);
  const observeRequest = requestMetrics(registry);
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_RESOLUTION_MS });
  const readDelivery = deliveryMetrics(registry);
  let running: Promise<string> | undefined;

  function scrapeNow(): Promise<string> {
    readLoops(watched.monitor);
    readBooks();
    readHealth(watched);
    return registry.metrics();
  }

  function readBooks(): void {
    try {
      readDelivery(watched.delivery.statistics());
    } catch {
      // The store cannot be read, as the reasons say: those of the last scrape stay. A counter at 0 would mean a new start.
    }
  }

  return {
    contentType: registry.contentType,
    observeRequest,
    // One at a time: a second one would change the values of the first while they are being written down.
    async scrape() {
      running ??= scrapeNow().finally(() => {
        running = undefined;
      });
      return await running;
    },
  };
}

function healthMetrics(registry: Registry): (watched: Watched) => void {
  const ready = gauge(registry, "ready", "1 when /readyz answers 200.");
  const reasons = gauge(registry, "not_ready_reason", "1 for each thing that keeps the agent from being ready.", [
    "subject",
  ]);
  const build = gauge(registry, "build_info", "Always 1; what runs here.", ["version", "agent_type", "node_version"]);
  return (watched) => {
    const { agent } = watched;
    for (const metric of [ready, reasons, build]) metric.clear();
    const wrong = reasonsNotReady(watched);
    ready.set(Number(wrong.length === 0));
    for (const { subject } of wrong) reasons.set(1, { subject });
    build.set(1, { version: agent.version, agent_type: agent.type, node_version: process.version });
  };
}
