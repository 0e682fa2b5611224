import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { JsonObject } from "../../../toolkit/json.ts";
import type { Fault, Faults } from "../faults.ts";
import { type Model, textOf } from "../model/index.ts";
import type { AcceptedEvent, Received, ReceivedHeartbeat } from "../received.ts";
import { createAnswers, type Exchange } from "./answers.ts";
import { checkContent, checkHead, type KeyServices, maxEventBytes, type RequestHead } from "./checks.ts";
import { faultReply } from "./fault-reply.ts";
import {
  eventAccepted,
  healthy,
  heartbeatAccepted,
  internalError,
  invalidKey,
  notReady,
  proxyReply,
  type Reply,
  tooLarge,
} from "./replies.ts";
import { readBody } from "./request-body.ts";
import { findRoute, type PostRoute, pathBelow } from "./routes.ts";

/** The default proxy's limit; only a heartbeat can reach it. */
const maxHeartbeatBytes = 1_048_576;

export interface IngestionParts {
  /** Begins and ends with `/`. */
  readonly basePath: string;
  readonly keys: KeyServices;
  readonly faults: Faults;
  readonly received: Received;
  readonly model: Model;
  readonly onAccepted?: ((event: AcceptedEvent, response: ServerResponse) => void) | undefined;
}

export interface Ingestion {
  readonly handle: RequestListener;
  /** Forgets the answers that still wait for their latency. */
  close(): void;
}

/** What is decided before the body has arrived. */
type Decision =
  | "hang"
  | "reset"
  | "close"
  | { readonly reply: Reply; readonly injected: boolean }
  | { readonly read: PostRoute };

/**
 * The ingestion API on bare `node:http`: hono would cost 40 % more CPU a request, which counts in a benchmark's sink, and
 * it turns HEAD into GET where this API says 404.
 */
export function createIngestion({ basePath, keys, faults, received, model, onAccepted }: IngestionParts): Ingestion {
  const answers = createAnswers(faults, received);

  function handle(request: IncomingMessage, response: ServerResponse): void {
    received.requests += 1;
    const { method = "", url = "", headers } = request;
    const path = pathBelow(basePath, url);
    const fault = method === "POST" ? takeFault(path) : undefined;
    const exchange = { request, response, path: path ?? url, fault };
    const decision = decide({ method, path, headers }, fault);
    if (decision === "hang") answers.hang();
    else if (decision === "reset") answers.reset(exchange);
    else if (decision === "close") answers.closeHalf(exchange);
    else if ("read" in decision) receive(exchange, decision.read);
    else answers.send(exchange, decision.reply, { injected: decision.injected });
  }

  function takeFault(path: string | undefined): Fault | undefined {
    const route = path === undefined ? undefined : findRoute(path);
    return route === undefined ? undefined : faults.take(route.service);
  }

  function decide(head: RequestHead, fault: Fault | undefined): Decision {
    const injected = fault && faultReply(fault);
    if (injected !== undefined) return typeof injected === "string" ? injected : { reply: injected, injected: true };
    if (faults.refuseKeys && head.method === "POST") return { reply: invalidKey, injected: true };
    const checked = checkHead(head, keys);
    if ("reply" in checked) return { reply: checked.reply, injected: false };
    const { route } = checked;
    if (route.method === "POST") return { read: route };
    return { reply: route.kind === "livez" || faults.ready ? healthy : notReady, injected: false };
  }

  function receive(exchange: Exchange, route: PostRoute): void {
    const isEvent = route.kind === "event";
    readBody(exchange.request, isEvent ? maxEventBytes : maxHeartbeatBytes, (bytes) => {
      if (bytes !== undefined) answers.send(exchange, accept(exchange, route, bytes), { bytes });
      else answers.send(exchange, isEvent ? tooLarge : proxyReply(413, "413 Request Entity Too Large"));
    });
  }

  function accept({ request, response }: Exchange, route: PostRoute, bytes: Buffer): Reply {
    try {
      const checked = checkContent(route, request.headers, bytes);
      if ("reply" in checked) return checked.reply;
      if (route.kind === "heartbeat") {
        model.applyHeartbeat(received.addHeartbeat(heartbeatOf(checked.body)));
        return heartbeatAccepted;
      }
      const event = received.addEvent(route.type, checked.source, checked.body);
      model.applyEvent(event);
      onAccepted?.(event, response);
      return eventAccepted;
    } catch (error) {
      return internalError(String(error));
    }
  }

  return { handle, close: answers.close };
}

function heartbeatOf(body: JsonObject): Omit<ReceivedHeartbeat, "receivedAt"> {
  return {
    key: textOf(body, "key") ?? "",
    tool: textOf(body, "tool") ?? "",
    version: textOf(body, "version") ?? "",
    latest_event_timestamp: textOf(body, "latest_event_timestamp") ?? null,
  };
}
