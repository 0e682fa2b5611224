import { subscribe } from "node:diagnostics_channel";
import type { KillPoints } from "./kill-points.ts";

/** What undici tells of a request, on each of its channels a part of it. */
interface Message {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly response?: { readonly statusCode: number };
}

const MOMENTS = {
  "undici:client:sendHeaders": "request",
  "undici:request:bodySent": "sent",
  "undici:request:headers": "answer",
  "undici:request:trailers": "answered",
} as const;

/** @param taken called with each event once the answer that says it was taken is here; JSON text of its type and body */
export function watchRequests(points: KillPoints, taken: (event: string) => void): void {
  const events = new WeakMap<object, string>();
  const good = new WeakSet<object>();
  subscribe("undici:request:create", (message) => {
    if (!isMessage(message)) return;
    const { request } = message;
    const type = eventTypeOf(request);
    if (type !== undefined) events.set(request, `{"type":"${type}","body":${request.body}}`);
  });
  for (const [channel, point] of Object.entries(MOMENTS)) {
    subscribe(channel, (message) => {
      if (!isMessage(message)) return;
      const { request, response } = message;
      const event = events.get(request);
      if (event === undefined) return;
      points.reach(point);
      if (response !== undefined && response.statusCode >= 200 && response.statusCode < 300) good.add(request);
      if (point === "answered" && good.has(request)) taken(event);
    });
  }
}

function isMessage(message: unknown): message is Message {
  return typeof message === "object" && message !== null && "request" in message;
}

/** @returns `undefined` for a request that brings no event */
function eventTypeOf({ method, path }: Message["request"]): string | undefined {
  return method === "POST" ? /\/events\/v1\/([\w-]+)/.exec(path)?.[1] : undefined;
}
