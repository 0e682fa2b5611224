import { Socket } from "node:net";
import type { buildConnector } from "undici";

/**
 * @param closing ends all connections, also those that are still being opened; undici knows of the others only
 * @returns makes a connector that opens such connections
 *
 * A `signal` for `net.connect` would do it, but Node keeps its listener, and with it the socket, for as long as the
 * signal lives: a leak for each connection that an agent opens in its life.
 */
export function socketsUntil(closing: AbortSignal): (connect: buildConnector.connector) => buildConnector.connector {
  const open = new Set<Socket>();
  const destroyAll = () => {
    for (const socket of open) socket.on("error", () => {}).destroy(new Error("The HTTP client has ended."));
  };
  closing.addEventListener("abort", destroyAll, { once: true });
  return (connect) => (target, callback) => {
    const socket: unknown = connect(target, callback); // undici's types do not know of it
    if (!(socket instanceof Socket)) return socket;
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    return socket;
  };
}
