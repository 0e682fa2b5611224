import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { action, type Operation } from "effection";
import { type ClientOptions, WebSocket } from "ws";
import { CancelScope } from "../core/index.ts";
import { refused, timedOut } from "./errors.ts";
import type { WebSocketOptions } from "./options.ts";

/** How long the other end may take to answer a close before the connection is cut, ms. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Begins to connect. @throws {AgentError} `E_CONNECT` when the options make no sense */
export function openSocket(options: WebSocketOptions): WebSocket {
  // `closeTimeout` is missing in the types of ws 8.18.
  const clientOptions: ClientOptions & { readonly closeTimeout: number } = {
    maxPayload: options.maxMessageBytes,
    perMessageDeflate: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    headers: { ...options.headers },
    rejectUnauthorized: options.rejectUnauthorized,
    ca: options.ca,
  };
  try {
    return new WebSocket(options.url, clientOptions);
  } catch (error) {
    throw refused(options.url, error, false);
  }
}

/** Waits until the handshake is done. @returns the TCP or TLS connection below */
export function* untilOpen(socket: WebSocket, { url, connectTimeoutMs }: WebSocketOptions): Operation<Socket> {
  const handshake = new CancelScope({ deadlineMs: performance.now() + connectTimeoutMs, label: "WebSocket handshake" });
  const line = yield* handshake.run(() =>
    action<Socket>((resolve, reject) => {
      const upgrade = (response: IncomingMessage) => socket.once("open", () => resolve(response.socket));
      const fail = (error: Error) => reject(refused(url, error, true));
      socket.once("upgrade", upgrade);
      socket.once("error", fail);
      return () => {
        socket.off("upgrade", upgrade);
        socket.off("error", fail);
      };
    }, "WebSocket handshake"),
  );
  if (line === undefined) throw timedOut(url, connectTimeoutMs);
  return line;
}
