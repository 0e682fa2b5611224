import type { Operation } from "effection";
import { openNursery } from "../../framework/core/index.ts";
import { openEventChannel } from "../../framework/delivery/index.ts";
import { eventSenderLoop, heartbeatLoop } from "../../framework/observability/index.ts";
import { lookup } from "../../registry/index.ts";
import { exampleConfiguration } from "./configuration.ts";
import { useConnectionOptions } from "./connection-options.ts";
import { websocketLoop } from "./loop.ts";
import { websocketTask } from "./tasks.ts";

/** Forwards the messages of a WebSocket service as events. */
export function* targetExampleAgent(): Operation<void> {
  const example = yield* lookup(exampleConfiguration);
  const connection = yield* useConnectionOptions(example);
  const [send, receive] = yield* openEventChannel();
  yield* openNursery(function* (nursery) {
    nursery.startSoon(websocketLoop(websocketTask(example, send), connection), { name: "websocket source" });
    nursery.startSoon(eventSenderLoop(receive), { name: "event sender" });
    nursery.startSoon(heartbeatLoop({ tool: "example tool" }), { name: "heartbeat" });
  });
}
