import type { Handle } from "../../framework/core/index.ts";
import type { WebSocketConnection } from "../../framework/websocket/index.ts";
import type { ObservabilityEvent } from "../../toolkit/observability/index.ts";
import { type MessageContext, toEvent } from "./messages.ts";

/** Waits for one message and makes an event of it. */
export function websocketHandle(
  componentType: MessageContext["componentType"],
): Handle<WebSocketConnection, string, ObservabilityEvent> {
  return {
    name: "target_example.receive_message",
    *preHook() {},
    *handle(connection) {
      return yield* connection.receive();
    },
    *postHook(text) {
      return toEvent(text, { componentType, receivedAt: Date.now() });
    },
  };
}
