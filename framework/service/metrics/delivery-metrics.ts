import type { Registry } from "prom-client";
import type { DeliverySnapshot } from "../delivery-view.ts";
import { counter, gauge } from "./gauges.ts";

/** @returns what sets them, all from one moment, so that they add up as `DeliverySnapshot` says */
export function deliveryMetrics(registry: Registry): (now: DeliverySnapshot) => void {
  const readings = [
    {
      metric: counter(registry, "events_emitted_total", "Events that sources have sent, replayed ones included."),
      of: ({ emitted }: DeliverySnapshot) => emitted,
    },
    {
      metric: counter(registry, "events_acknowledged_total", "Events that Observability has taken."),
      of: ({ acknowledged }: DeliverySnapshot) => acknowledged,
    },
    {
      metric: gauge(registry, "events_queued", "Events that wait for delivery, without those in flight."),
      of: ({ queued }: DeliverySnapshot) => queued,
    },
    {
      metric: gauge(registry, "events_in_flight", "Events that are being delivered."),
      of: ({ inFlight }: DeliverySnapshot) => inFlight,
    },
    {
      metric: counter(registry, "events_dead_lettered_total", "Events that Observability has refused for good."),
      of: ({ deadLettered }: DeliverySnapshot) => deadLettered,
    },
    {
      metric: counter(
        registry,
        "events_deduplicated_total",
        "Events left out because one with the same key was queued or delivered before.",
      ),
      of: ({ deduplicated }: DeliverySnapshot) => deduplicated,
    },
    {
      metric: counter(
        registry,
        "events_damaged_total",
        "Events that could not be read from the disk any more, set aside.",
      ),
      of: ({ damaged }: DeliverySnapshot) => damaged,
    },
    {
      metric: gauge(registry, "oldest_queued_event_age_seconds", "Age of the oldest event not delivered; 0 for none."),
      of: ({ oldestQueuedAt }: DeliverySnapshot) => ageSeconds(oldestQueuedAt),
    },
    {
      metric: gauge(registry, "store_bytes", "Space that the store takes up."),
      of: ({ usedBytes }: DeliverySnapshot) => usedBytes,
    },
    {
      metric: gauge(registry, "store_max_bytes", "Space at which sources are paused: state_max_mib."),
      of: ({ maxBytes }: DeliverySnapshot) => maxBytes,
    },
    {
      metric: gauge(registry, "store_durable", "1 when queued events outlive the process, 0 when they are in memory."),
      of: ({ isDurable }: DeliverySnapshot) => Number(isDurable),
    },
  ];
  return (now) => {
    for (const { metric, of } of readings) {
      metric.clear();
      metric.set(of(now));
    }
  };
}

function ageSeconds(sinceEpochMs: number | undefined): number {
  return sinceEpochMs === undefined ? 0 : Math.max(0, Date.now() - sinceEpochMs) / 1000;
}
