import { runHandle, type SendChannel, type Task, ThrottledLog, TooSlowError } from "../../framework/core/index.ts";
import type { WebSocketConnection } from "../../framework/websocket/index.ts";
import { useRedactor } from "../../toolkit/index.ts";
import type { ObservabilityEvent } from "../../toolkit/observability/index.ts";
import type { ExampleSettings } from "./configuration.ts";
import { websocketHandle } from "./handles.ts";
import { MalformedMessageError } from "./messages.ts";

/** Sends on one message of a connection as an event. A malformed message is logged, counted and skipped. */
export function websocketTask(
  { component_type, timeout }: ExampleSettings,
  outbound: SendChannel<ObservabilityEvent>,
): Task<WebSocketConnection, ObservabilityEvent> {
  return {
    name: "target_example.forward_message",
    outbound,
    *open({ log }) {
      const receiveMessage = websocketHandle(component_type);
      const skipped = new ThrottledLog(log);
      const redactor = yield* useRedactor();
      let malformed = 0;
      return function* (connection, { send }) {
        let event: ObservabilityEvent;
        try {
          event = yield* runHandle(receiveMessage, connection, { timeoutMs: timeout * 1000 });
        } catch (error) {
          if (error instanceof MalformedMessageError) {
            malformed++;
            skipped.warn(
              error.code,
              { reason: error.message, excerpt: error.excerpt(redactor), malformed },
              "Skipped a message.",
            );
            return;
          }
          if (error instanceof TooSlowError) {
            log.info({ phase: error.label, seconds: timeout }, "Nothing came in time; the connection is kept.");
            return;
          }
          throw error;
        }
        yield* send(event);
      };
    },
  };
}
