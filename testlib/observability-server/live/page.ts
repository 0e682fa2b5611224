import { readFile } from "node:fs/promises";
import type { IncomingMessage, RequestListener } from "node:http";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { Changes } from "./changes.ts";
import { cursorNow, isCurrent, nothingSent, updateSince, type Watched } from "./update.ts";

/** The live web page: static files, and one stream of server-sent events that feeds it. */
export interface Page {
  isFor(request: IncomingMessage): boolean;
  readonly handle: RequestListener;
  /** Ends the streams. */
  close(): void;
}

/** A page is told at most four times a second, whatever the traffic. */
const updatePeriodMs = 250;
/** How soon a browser looks again for a server that has gone. */
const reconnectMs = 1_000;
const folder = join(import.meta.dirname, "page");
const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};

export function createPage(watched: Watched): Page {
  const changes = new Changes(watched.received);
  const app = new Hono();
  app.use(secureHeaders({ contentSecurityPolicy: policy, strictTransportSecurity: false }));
  app.get("/", async (context) => context.html(await readFile(join(folder, "index.html"), "utf8")));
  app.get("/page/live", (context) => streamSSE(context, (stream) => feed(stream, watched, changes)));
  app.get("/page/:file{[a-z-]+\\.(css|js)}", async (context) => {
    const file = context.req.param("file");
    const text = await readFile(join(folder, file), "utf8").catch(() => undefined);
    if (text === undefined) return context.notFound();
    return context.body(text, 200, { "content-type": contentTypes[file.slice(file.lastIndexOf("."))] ?? "text/plain" });
  });
  return {
    isFor: ({ method, url = "" }) => (method === "GET" || method === "HEAD") && /^\/(?:page\/.*|\?.*)?$/.test(url),
    handle: getRequestListener(app.fetch, { overrideGlobalObjects: false }),
    close: () => changes.close(),
  };
}

/** Nothing from elsewhere, nothing inline: event data come from strangers. */
const policy = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  connectSrc: ["'self'"],
  imgSrc: ["data:"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/** Pulls: the next update is made only when the last one is on its way, so a slow browser costs no memory. */
async function feed(stream: SSEStreamingApi, watched: Watched, changes: Changes): Promise<void> {
  const gone = new AbortController();
  stream.onAbort(() => gone.abort());
  let cursor = nothingSent;
  while (!stream.aborted && !changes.closed) {
    const update = updateSince(cursor, watched);
    cursor = cursorNow(watched);
    await stream.writeSSE({ data: JSON.stringify(update), retry: reconnectMs });
    if (isCurrent(cursor, watched)) await changes.next(gone.signal);
    await changes.pause(updatePeriodMs, gone.signal);
  }
}
