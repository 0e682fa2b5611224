import type { IncomingMessage, ServerResponse } from "node:http";
import type { Fault, Faults } from "../faults.ts";
import type { Received } from "../received.ts";
import type { Reply } from "./replies.ts";

const maxExcerptBytes = 1_000;

/** One request on its way to an answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  /** What goes wrong with it, if anything. */
  readonly fault: Fault | undefined;
}

/** What is known of a request besides its answer. */
export interface Known {
  readonly bytes?: Buffer;
  /** True when a fault answers, not the checks. */
  readonly injected?: boolean;
}

export interface Answers {
  /** Records a refusal and sends the answer, unless the request's fault wants something else. */
  send(exchange: Exchange, reply: Reply, known?: Known): void;
  /** Leaves the client waiting for ever. */
  hang(): void;
  reset(exchange: Exchange): void;
  /** Ends the connection in order, without an answer. */
  closeHalf(exchange: Exchange): void;
  /** Forgets the answers that still wait for their latency. */
  close(): void;
}

export function createAnswers(faults: Faults, received: Received): Answers {
  const waiting = new Set<NodeJS.Timeout>();

  function send(exchange: Exchange, reply: Reply, known: Known = {}): void {
    const { request, response, fault } = exchange;
    if (reply.error !== undefined) record(exchange, reply.status, reply.error, known);
    if (fault !== undefined && "reset" in fault) reset(exchange);
    else if (fault !== undefined && "hang" in fault) hang();
    else if (fault !== undefined && "close" in fault) closeHalf(exchange);
    else {
      const ownDelayMs = fault !== undefined && "delayMs" in fault ? fault.delayMs : 0;
      writeAfter(request.method === "POST" ? faults.latencyMs + ownDelayMs : 0, response, reply);
      received.notify();
    }
  }

  function record(
    { request, path }: Exchange,
    status: number,
    error: string,
    { bytes, injected = false }: Known,
  ): void {
    const excerpt = bytes?.toString("utf8", 0, maxExcerptBytes) ?? "";
    received.addRefusal({ method: request.method ?? "", path, status, error, excerpt, injected });
  }

  function writeAfter(delayMs: number, response: ServerResponse, reply: Reply): void {
    if (delayMs === 0) {
      write(response, reply);
      return;
    }
    const timer = setTimeout(() => {
      waiting.delete(timer);
      write(response, reply);
    }, delayMs);
    waiting.add(timer);
  }

  function hang(): void {
    received.notify();
  }

  function reset({ request }: Exchange): void {
    request.socket.resetAndDestroy();
    received.notify();
  }

  function closeHalf({ request }: Exchange): void {
    request.socket.end();
    received.notify();
  }

  function close(): void {
    for (const timer of waiting) clearTimeout(timer);
    waiting.clear();
  }

  return { send, hang, reset, closeHalf, close };
}

function write(response: ServerResponse, { status, headers, body }: Reply): void {
  if (body === "") response.writeHead(status, headers).end();
  else response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
}
