import { type Operation, resource } from "effection";
import { useLogger } from "../../toolkit/logging/index.ts";
import { Inbox } from "./inbox.ts";
import { keepAlive } from "./keep-alive.ts";
import { LongPause } from "./long-pause.ts";
import { openSocket, untilOpen } from "./open-socket.ts";
import type { WebSocketOptions } from "./options.ts";

export interface WebSocketConnection {
  /**
   * The next text message; binary ones are read as UTF-8.
   * @throws {AgentError} `E_CONNECTION_CLOSED` (retryable) once the connection is closed and all it brought is read
   */
  receive(): Operation<string>;
  /** How many messages have come and are not received: so many times `receive` does not wait. */
  readonly pending: number;
  /** Says good-bye. What the other end sent before it heard can still be received, if it comes within 2 s. */
  close(): void;
}

/**
 * Opens a WebSocket connection that lasts as long as the caller's scope. A slow reader pauses the socket, so memory stays
 * bounded and the sender feels it. A silent peer is pinged, and given up when it stays silent.
 * @throws {AgentError} `E_CONNECT` when it is refused (retryable) or the options make no sense (not retryable),
 * `E_CONNECT_TIMEOUT` (retryable) after `connectTimeoutMs`
 */
export function useWebSocket(options: WebSocketOptions): Operation<WebSocketConnection> {
  return resource(function* (provide) {
    const pause = new LongPause(yield* useLogger({ task: "websocket" }));
    const socket = openSocket(options);
    let stopKeepAlive = () => {};
    try {
      const inbox = new Inbox(socket, pause);
      const line = yield* untilOpen(socket, options);
      stopKeepAlive = keepAlive(socket, line, {
        timeoutMs: options.silenceTimeoutMs,
        giveUp: () => inbox.fail(new Error(`nothing came for ${options.silenceTimeoutMs / 1000} s, not even a pong`)),
      });
      yield* provide({
        receive: () => inbox.receive(),
        get pending() {
          return inbox.pending;
        },
        close: () => socket.close(1001, "The agent stops."),
      });
    } finally {
      stopKeepAlive();
      pause.ended();
      socket.terminate();
    }
  });
}
