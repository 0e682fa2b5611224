import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { ensure, type Operation, resource, until } from "effection";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import type { WebSocketOptions } from "../../../../framework/websocket/index.ts";
import { certificate, privateKey } from "./certificate.ts";

export interface TestServer {
  readonly port: number;
  /** One for each client that was let in, in order. */
  readonly clients: readonly WebSocket[];
  /** TCP connections that are open. */
  connections(): Operation<number>;
}

export interface TestServerOptions extends Pick<ServerOptions, "autoPong" | "verifyClient"> {
  readonly tls?: boolean;
  connected?(client: WebSocket, request: IncomingMessage): void;
}

/** A WebSocket server on a free port of 127.0.0.1. */
export function useServer({ tls = false, connected, ...options }: TestServerOptions = {}): Operation<TestServer> {
  return resource(function* (provide) {
    const server = tls ? createTlsServer({ cert: certificate, key: privateKey }) : createServer();
    const clients: WebSocket[] = [];
    const webSockets = new WebSocketServer({ server, ...options });
    webSockets.on("connection", (client, request) => {
      clients.push(client);
      connected?.(client, request);
    });
    yield* listen(server);
    yield* ensure(() => {
      for (const client of clients) client.terminate();
    });
    yield* provide({ port: portOf(server), clients, connections: () => connectionsOf(server) });
  });
}

/** A server that does whatever `upgrade` does when a client asks for a WebSocket, which may be nothing at all. */
export function useRawServer(
  upgrade: (line: Duplex, request: IncomingMessage) => void,
): Operation<Omit<TestServer, "clients">> {
  return resource(function* (provide) {
    const server = createServer();
    const lines: Duplex[] = [];
    server.on("upgrade", (request, line) => {
      lines.push(line);
      line.on("error", () => {});
      line.on("end", () => line.end());
      line.resume();
      upgrade(line, request);
    });
    yield* listen(server);
    yield* ensure(() => {
      for (const line of lines) line.destroy();
    });
    yield* provide({ port: portOf(server), connections: () => connectionsOf(server) });
  });
}

/** Answers a client as RFC 6455 §4.2.2 says. */
export function acceptUpgrade(line: Duplex, { headers }: IncomingMessage): void {
  const key = `${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash("sha1").update(key).digest("base64");
  const head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  line.write(`${[...head, `Sec-WebSocket-Accept: ${accept}`].join("\r\n")}\r\n\r\n`);
}

/** How to connect to a server, with times and sizes that no test reaches by itself. */
export function optionsFor(port: number, options: Partial<WebSocketOptions> = {}): WebSocketOptions {
  return {
    url: `ws://127.0.0.1:${port}/`,
    connectTimeoutMs: 10_000,
    silenceTimeoutMs: 3_600_000,
    maxMessageBytes: 1_000_000,
    ...options,
  };
}

/** A port where nobody listens. */
export function* findFreePort(): Operation<number> {
  const server = createServer();
  yield* until(new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  const port = portOf(server);
  yield* until(new Promise((resolve) => server.close(resolve)));
  return port;
}

/** The server ends with the scope. */
function* listen(server: Server): Operation<void> {
  yield* until(new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  yield* ensure(() => until(new Promise<void>((resolve) => server.close(() => resolve()))));
  yield* ensure(() => server.closeAllConnections());
}

function portOf(server: Server): number {
  const address = server.address() as AddressInfo;
  return address.port;
}

function connectionsOf(server: Server): Operation<number> {
  return until(
    new Promise((resolve, reject) =>
      server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
    ),
  );
}
