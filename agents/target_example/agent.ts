import type { Operation } from "effection";
import { coreConfiguration } from "../../framework/configuration/index.ts";
import { openMemoryChannel, openNursery } from "../../framework/core/index.ts";
import { eventSenderLoop, heartbeatLoop } from "../../framework/observability/index.ts";
import { lookup } from "../../registry/index.ts";
import type { ObservabilityEvent } from "../../toolkit/observability/index.ts";
import { exampleConfiguration } from "./configuration.ts";
import { useConnectionOptions } from "./connection-options.ts";
import { websocketLoop } from "./loop.ts";
import { websocketTask } from "./tasks.ts";

/** Forwards the messages of a WebSocket service as events. */
export function* targetExampleAgent(): Operation<void> {
  const example = yield* lookup(exampleConfiguration);
  const core = yield* lookup(coreConfiguration);
  const connection = yield* useConnectionOptions(example);
  const [send, receive] = openMemoryChannel<ObservabilityEvent>(core.max_channel_capacity);
  yield* openNursery(function* (nursery) {
    nursery.startSoon(websocketLoop(websocketTask(example, send), connection), { name: "websocket source" });
    nursery.startSoon(eventSenderLoop(receive), { name: "event sender" });
    nursery.startSoon(heartbeatLoop({ tool: "example tool" }), { name: "heartbeat" });
  });
}
