import { type EventType, eventTypes } from "../../../toolkit/observability/index.ts";
import type { ServiceName } from "../service-account-keys.ts";

export type Route =
  | { readonly kind: "event"; readonly method: "POST"; readonly service: ServiceName; readonly type: EventType }
  | { readonly kind: "heartbeat"; readonly method: "POST"; readonly service: ServiceName }
  | { readonly kind: "livez" | "readyz"; readonly method: "GET"; readonly service: ServiceName };

export type PostRoute = Extract<Route, { readonly method: "POST" }>;

/** Path below the API base → what is there. The experimental v2 routes are left out: no released server can use them. */
const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ...eventTypes.map((type): [string, Route] => [
    `events/v1/${type}`,
    { kind: "event", method: "POST", service: "EVENTS_API", type },
  ]),
  ["agent/v1/heartbeat", { kind: "heartbeat", method: "POST", service: "AGENT_API" }],
  ["events/livez", { kind: "livez", method: "GET", service: "EVENTS_API" }],
  ["events/readyz", { kind: "readyz", method: "GET", service: "EVENTS_API" }],
  ["agent/livez", { kind: "livez", method: "GET", service: "AGENT_API" }],
  ["agent/readyz", { kind: "readyz", method: "GET", service: "AGENT_API" }],
]);

/** @param path below the API base, without query. Matched exactly: a trailing slash is another path */
export function findRoute(path: string): Route | undefined {
  return routes.get(path);
}

/**
 * The path below the API base, without the query; undefined when the URL is not below it.
 * @param basePath begins and ends with `/`
 * @param url as it stands in the request line
 */
export function pathBelow(basePath: string, url: string): string | undefined {
  if (!url.startsWith(basePath)) return undefined;
  const query = url.indexOf("?", basePath.length);
  return query === -1 ? url.slice(basePath.length) : url.slice(basePath.length, query);
}
