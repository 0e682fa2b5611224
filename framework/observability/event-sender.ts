import { ensure, type Operation } from "effection";
import { lookup } from "../../registry/index.ts";
import { useLogger } from "../../toolkit/logging/index.ts";
import { type ObservabilityEvent, orderingKey } from "../../toolkit/observability/index.ts";
import { observabilityConfiguration } from "../configuration/index.ts";
import { type ReceiveChannel, runLanes, settle } from "../core/index.ts";
import { useObservabilityClient } from "./client.ts";
import { Delivery } from "./delivery.ts";
import { useStateStore } from "./state-store.ts";

/**
 * Delivers what comes through the channel to the Observability API: as many events at a time as `[observability]
 * max_total_connections`, those of one run strictly in order. An event that waits to be sent again holds up its own run
 * and no other. Ends when the channel has ended and everything is delivered.
 */
export function* eventSenderLoop(inbound: ReceiveChannel<ObservabilityEvent>): Operation<void> {
  const settings = yield* lookup(observabilityConfiguration);
  const state = yield* useStateStore();
  const log = yield* useLogger({ task: "observability.send_event" });
  const http = yield* useObservabilityClient();
  const delivery = new Delivery(http, log, { onUnauthorized: settings.on_unauthorized });

  function* send(event: ObservabilityEvent): Operation<number | undefined> {
    const delivered = delivery.counts.delivered;
    const againAfterMs = yield* delivery.attempt(event);
    if (delivery.counts.delivered > delivered) state.latestEventTimestamp = Date.now();
    return againAfterMs;
  }

  const end = () => {
    inbound.close();
    log.info(delivery.counts, "The event sender has ended.");
  };
  const outcome = yield* settle(function* () {
    yield* ensure(end); // not in `finally`: the workers read from the channel until they have been halted
    yield* runLanes(inbound, send, {
      concurrency: settings.max_total_connections,
      keyBy: orderingKey,
      failed: rethrow,
    });
  });
  if (!outcome.ok) throw outcome.error;
}

function rethrow(error: unknown): never {
  throw error;
}
