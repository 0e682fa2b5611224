import { Histogram, type Registry } from "prom-client";
import type { HttpObserver } from "../../http/index.ts";

/** Seconds: from an answer of the same machine to the longest read timeout that makes sense. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const STATUS_CLASSES = ["0xx", "1xx", "2xx", "3xx", "4xx", "5xx"];

/** @returns what notes a request */
export function requestMetrics(registry: Registry): HttpObserver {
  const durations = new Histogram({
    name: "observability_agent_http_request_duration_seconds",
    help: "Requests to Observability and to the tool, by the first digit of the answer's status; error: no answer.",
    labelNames: ["host", "status"],
    buckets: BUCKETS,
    registers: [registry],
  });
  return (host, status, durationMs) => {
    durations.observe({ host, status: classOf(status) }, durationMs / 1000);
  };
}

function classOf(status: number | undefined): string {
  return status === undefined ? "error" : (STATUS_CLASSES[Math.floor(status / 100)] ?? "other");
}
