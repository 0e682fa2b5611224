import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** What may still come out of the sockets of this process although its event loop has nothing to do. */
export type Outlook =
  /** Both ends of each connection are here, and each has read what the other wrote. */
  | "nothing"
  /** Bytes are on their way, or are not read by choice, or a connection is being made. */
  | "in flight"
  /** The other end is not in this process, or not any more, or not yet. */
  | "unknown";

/**
 * Watches the sockets of this process. Between two ends on one machine the kernel may sit on a packet for milliseconds,
 * and says nothing meanwhile; but the ends count their bytes.
 */
class SocketTraffic {
  readonly #open = new Set<Socket>();
  #closed = 0;

  constructor() {
    for (const channel of ["net.client.socket", "net.server.socket"]) {
      subscribe(channel, (message) => {
        if (hasSocket(message)) this.#add(message.socket);
      });
    }
  }

  /** Another number whenever a socket is opened, written to, read from or closed. */
  count(): number {
    let count = this.#closed;
    for (const socket of this.#open) count += 1 + socket.bytesWritten + socket.bytesRead;
    return count;
  }

  outlook(): Outlook {
    const byRoute = new Map(Array.from(this.#open, (socket) => [routeOf(socket.localPort, socket.remotePort), socket]));
    let outlook: Outlook = "nothing";
    for (const socket of this.#open) {
      if (socket.connecting) return "in flight";
      const peer = byRoute.get(routeOf(socket.remotePort, socket.localPort));
      // A pipe has no ports.
      if (peer === undefined || socket.localPort === undefined) outlook = "unknown";
      else if (socket.bytesWritten !== peer.bytesRead) return "in flight";
    }
    return outlook;
  }

  #add(socket: Socket): void {
    this.#open.add(socket);
    socket.once("close", () => {
      this.#open.delete(socket);
      this.#closed += 2 + socket.bytesWritten + socket.bytesRead;
    });
  }
}

function routeOf(from: number | undefined, to: number | undefined): string {
  return `${from}>${to}`;
}

function hasSocket(message: unknown): message is { readonly socket: Socket } {
  return typeof message === "object" && message !== null && "socket" in message;
}

/** One for the process, from the start: a connection that is kept alive outlives the test that opened it. */
export const socketTraffic = new SocketTraffic();
