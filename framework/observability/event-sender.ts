import { ensure, type Operation } from "effection";
import { lookup } from "../../registry/index.ts";
import { useLogger } from "../../toolkit/logging/index.ts";
import { observabilityConfiguration } from "../configuration/index.ts";
import {
  forEachItem,
  type LoopReport,
  openNursery,
  reportLoop,
  settle,
  useHealth,
  useMonitor,
  useShutdown,
} from "../core/index.ts";
import { type EventReceiver, type QueuedEvent, useOutbox } from "../delivery/index.ts";
import { useObservabilityClient } from "./client.ts";
import { Delivery } from "./delivery.ts";
import { useStateStore } from "./state-store.ts";

const NAME = "observability.send_event";

/**
 * Delivers what comes through the channel to the Observability API: as many events at a time as `[observability]
 * max_total_connections`, those of one run strictly in order. An event that waits to be sent again holds up its own run
 * and no other. Ends when the channel has ended and everything is delivered, or safe on disk while the server is down.
 */
export function* eventSenderLoop(inbound: EventReceiver): Operation<void> {
  const { max_total_connections, on_unauthorized } = yield* lookup(observabilityConfiguration);
  const log = yield* useLogger({ task: NAME });
  const outcome = yield* settle(() =>
    reportLoop(NAME, function* (report) {
      const delivery = yield* useDelivery(inbound, { onUnauthorized: on_unauthorized, report });
      yield* ensure(() => {
        inbound.close(); // not in `finally`: the workers read from the channel until they have been halted
        log.info(delivery.counts, "The event sender has ended.");
      });
      const deliver = (event: QueuedEvent) => delivery.deliver(event);
      yield* openNursery(function* (nursery) {
        for (let i = 1; i <= max_total_connections; i++) {
          nursery.startSoon(forEachItem(inbound, deliver), { name: `worker ${i}` });
        }
      });
    }),
  );
  if (!outcome.ok) throw outcome.error;
}

interface UseDeliveryOptions {
  readonly onUnauthorized: "hold" | "exit";
  readonly report: LoopReport | undefined;
}

function* useDelivery(inbound: EventReceiver, { onUnauthorized, report }: UseDeliveryOptions): Operation<Delivery> {
  const state = yield* useStateStore();
  const shutdown = yield* useShutdown();
  const { isDurable } = yield* useOutbox();
  const delivery = new Delivery({
    http: yield* useObservabilityClient(),
    inbound,
    log: yield* useLogger({ task: NAME }),
    health: yield* useHealth(),
    monitor: yield* useMonitor(),
    report,
    onUnauthorized,
    delivered: () => {
      state.latestEventTimestamp = Date.now();
    },
  });
  const forget = shutdown.onRequest(() => {
    if (isDurable) delivery.leaveToNextRun();
  });
  yield* ensure(() => void forget());
  return delivery;
}
