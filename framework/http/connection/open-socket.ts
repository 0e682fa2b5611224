import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Endpoint, isForwarded, type Route } from "./route.ts";
import type { TlsOptions } from "./tls.ts";
import { openTunnel } from "./tunnel.ts";

export interface SocketOptions {
  readonly tls: TlsOptions;
  /** Offer HTTP/2; the server chooses. Only over TLS. */
  readonly http2: boolean;
}

/** Probes an idle peer, so that a connection lost without a word does not look alive for ever. */
const TCP_KEEP_ALIVE_MS = 60_000;

/**
 * Opens what HTTP is spoken over: TCP, and as the route wants it a tunnel through a proxy and TLS.
 * @throws what the sockets report, or the reason of `signal`; the socket is gone then
 */
export async function openSocket(route: Route, options: SocketOptions, signal: AbortSignal): Promise<Socket> {
  const nearest = route.proxy?.endpoint ?? route.endpoint;
  const isTunnel = route.proxy !== undefined && !isForwarded(route);
  const socket = await connected(nearest, isTunnel ? { ...options, http2: false } : options, signal);
  if (!isTunnel) return socket;
  await openTunnel(socket, route, signal);
  return await secured(route.endpoint, options, signal, socket);
}

function connected(endpoint: Endpoint, options: SocketOptions, signal: AbortSignal): Promise<Socket> {
  if (endpoint.secure) return secured(endpoint, options, signal);
  return opened(connectTcp({ host: endpoint.hostname, port: endpoint.port, noDelay: true }), "connect", signal);
}

function secured(
  endpoint: Endpoint,
  { tls, http2 }: SocketOptions,
  signal: AbortSignal,
  over?: Socket,
): Promise<Socket> {
  const socket = connectTls({
    ...tls,
    host: endpoint.hostname,
    port: endpoint.port,
    servername: isIP(endpoint.hostname) === 0 ? endpoint.hostname : "", // addresses are not sent as server names
    ALPNProtocols: http2 ? ["h2", "http/1.1"] : ["http/1.1"],
    ...(over === undefined ? {} : { socket: over }),
  });
  if (over === undefined) socket.setNoDelay(true);
  return opened(socket, "secureConnect", signal);
}

function opened(socket: Socket, event: "connect" | "secureConnect", signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const abandon = () => socket.destroy(signal.reason);
    const finish = () => signal.removeEventListener("abort", abandon);
    signal.addEventListener("abort", abandon);
    socket.once(event, () => {
      finish();
      socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
      resolve(socket);
    });
    // Stays on: undici listens a microtask later, and an error that nobody hears would end the process.
    socket.on("error", (error) => {
      finish();
      reject(error);
    });
  });
}
