import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Server as NetServer, Socket } from "node:net";
import { action, type Operation, resource } from "effection";

const certificate = (name: string) => new URL(`./certificates/${name}`, import.meta.url).pathname;

export interface Identity {
  readonly cert: Buffer;
  readonly key: Buffer;
}

const identity = (name: string): Identity => ({
  cert: readFileSync(certificate(`${name}.pem`)),
  key: readFileSync(certificate(`${name}.key`)),
});

export const CA_FILE = certificate("ca.pem");
/** For this machine, signed by `CA_FILE`. */
export const LOCALHOST = identity("localhost");
export const ELSEWHERE_FILE = certificate("elsewhere.pem");
/** For another host, signed by itself. */
export const ELSEWHERE = identity("elsewhere");

/** A request that a test server has received, with its whole body. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export interface TestServer {
  /** `http://127.0.0.1:port/` */
  readonly url: string;
  readonly port: number;
  /** In the order in which they were complete. */
  readonly received: readonly ReceivedRequest[];
  /** Connections that are open now. */
  readonly sockets: ReadonlySet<Socket>;
  /** How many connections there ever were. */
  readonly accepted: number;
}

/** A fixed answer. */
export type Reply = (response: ServerResponse) => void;
export type Answer = (response: ServerResponse, request: ReceivedRequest) => void;

/** A server on a free port that answers whole requests; it goes with the calling scope. */
export function useServer(answer: Answer): Operation<TestServer> {
  return useListening((listener) => createServer(listener), "http", answer);
}

/** The same over TLS. */
export function useSecureServer(answer: Answer, identity = LOCALHOST): Operation<TestServer> {
  return useListening((listener) => createSecureServer({ ...identity }, listener), "https", answer);
}

function useListening(
  create: (listener: RequestListener) => Server,
  scheme: string,
  answer: Answer,
): Operation<TestServer> {
  return resource(function* (provide) {
    const received: ReceivedRequest[] = [];
    const server = create((request, response) => {
      collect(request, (whole) => {
        received.push(whole);
        answer(response, whole);
      });
    });
    const { port, sockets, count } = yield* useSockets(server);
    const url = `${scheme}://127.0.0.1:${port}/`;
    yield* provide({
      url,
      port,
      received,
      sockets,
      get accepted() {
        return count();
      },
    });
  });
}

interface Listening {
  readonly port: number;
  readonly sockets: ReadonlySet<Socket>;
  readonly count: () => number;
}

/** Listens with any kind of server. Its connections are cut when the calling scope ends. */
export function useSockets(server: NetServer): Operation<Listening> {
  return resource(function* (provide) {
    const sockets = new Set<Socket>();
    let accepted = 0;
    server.on("connection", (socket) => {
      accepted += 1;
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    });
    yield* action<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
      return () => {};
    });
    const address = server.address();
    if (address === null || typeof address === "string") throw new TypeError("The server does not listen on a port.");
    try {
      yield* provide({ port: address.port, sockets, count: () => accepted });
    } finally {
      server.close();
      for (const socket of sockets) socket.destroy();
    }
  });
}

function collect(request: IncomingMessage, whole: (request: ReceivedRequest) => void): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { method = "", url = "", headers, rawHeaders } = request;
    whole({ method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString() });
  });
}

export function answerJson(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(value));
  };
}

/** Each request gets the next answer; the last one is for all that follow. */
export function answerInTurn(...answers: readonly Answer[]): Answer {
  let turn = 0;
  return (response, request) => {
    const answer = answers[Math.min(turn, answers.length - 1)];
    turn += 1;
    answer?.(response, request);
  };
}

export function answerStatus(status: number, headers: Readonly<Record<string, string>> = {}, body = ""): Reply {
  return (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}
