import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import type { JsonObject, JsonValue } from "../../../toolkit/json.ts";
import type { ServiceName } from "../service-account-keys.ts";
import { checkBody } from "../validation.ts";
import {
  invalidEvent,
  invalidHeartbeat,
  invalidKey,
  invalidSource,
  notAuthorized,
  notFound,
  preflight,
  type Reply,
  tooLarge,
  unparsable,
  wrongContentType,
} from "./replies.ts";
import { findRoute, type PostRoute, type Route } from "./routes.ts";

/** The most that a v1 event's body may measure, in bytes. */
export const maxEventBytes = 102_400;

export interface RequestHead {
  readonly method: string;
  /** Below the API base, without query; undefined when the request is not below it. */
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

export type KeyServices = ReadonlyMap<string, readonly ServiceName[]>;

/** Steps 1 to 6 of the order of checks, and livez and readyz: all that can be said before the body has arrived. */
export function checkHead(head: RequestHead, keys: KeyServices): { readonly route: Route } | { readonly reply: Reply } {
  const known = head.path === undefined ? undefined : findRoute(head.path);
  if (known !== undefined && head.method === "OPTIONS") return { reply: preflight };
  const key = head.headers["serviceaccountauthenticationkey"];
  const services = typeof key === "string" ? keys.get(key) : undefined;
  if (key !== undefined && services === undefined) return { reply: invalidKey };
  if (known === undefined || known.method !== head.method) return { reply: notFound };
  if (known.method === "GET") return { route: known };
  if (!services?.includes(known.service)) return { reply: notAuthorized };
  const declaredBytes = Number(head.headers["content-length"] ?? 0);
  if (known.kind === "event" && declaredBytes > maxEventBytes) return { reply: tooLarge };
  return { route: known };
}

export type CheckedBody = { readonly body: JsonObject; readonly source: string } | { readonly reply: Reply };

/** Steps 7 to 10, on the whole body. */
export function checkContent(route: PostRoute, headers: IncomingHttpHeaders, bytes: Buffer): CheckedBody {
  if (!isJson(headers["content-type"])) return { reply: wrongContentType };
  const json = parseBody(bytes);
  if (json === undefined) return { reply: unparsable };
  if (route.kind === "heartbeat") {
    const checked = checkBody("heartbeat", json);
    return checked.ok ? { body: checked.body, source: "" } : { reply: invalidHeartbeat(checked.error) };
  }
  const checked = checkBody(route.type, json);
  if (!checked.ok) return { reply: invalidEvent(checked.error) };
  const source = sourceOf(headers["event-source"]);
  return source === undefined ? { reply: invalidSource } : { body: checked.body, source };
}

const isJson = (contentType: string | undefined): boolean =>
  contentType === "application/json" || /^\s*application\/(?:json|[^;]*\+json)\s*(?:;|$)/i.test(contentType ?? "");

/** The parsed value, or undefined when it is no JSON; JSON itself has no undefined. */
function parseBody(bytes: Buffer): JsonValue | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString("utf8");
  try {
    return JSON.parse(text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

const byteOrderMark = 0xfeff;

const sources: ReadonlySet<string> = new Set(["API", "USER", "SCHEDULER", "RULES_ENGINE", "UNKNOWN"]);

function sourceOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return "API";
  const source = String(header).toUpperCase();
  return sources.has(source) ? source : undefined;
}
