import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import type { Metrics } from "./metrics/metrics.ts";
import { readPageFiles } from "./page-files.ts";
import { reasonsNotReady } from "./readiness.ts";
import { readinessReply } from "./readiness-reply.ts";
import { replay } from "./replay.ts";
import type { Feed } from "./status/feed.ts";
import type { Watched } from "./watched.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** Nothing from elsewhere, nothing inline: what the page shows comes from strangers. */
const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  connectSrc: ["'self'"],
  imgSrc: ["data:"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

export interface AppOptions {
  readonly watched: Watched;
  readonly metrics: Metrics;
  readonly feed: Feed;
  /** Does the service go by the name in this `Host` header? */
  readonly answersTo: (host: string | undefined) => boolean;
  /** Hears of what goes wrong in answering. */
  readonly failed: (error: unknown) => void;
}

const NOT_OUR_NAME =
  "Only this machine may ask here, by the name localhost or 127.0.0.1. Behind a proxy, let that send Host: localhost, or " +
  "set service_host in [core] to an address that is not this machine's alone.\n";

const limited = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (context) => context.json({ error: "Too long." }, 413) });

/** All addresses of the service. */
export function createApp({ watched, metrics, feed, answersTo, failed }: AppOptions): Hono<{ Bindings: HttpBindings }> {
  const files = readPageFiles();
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(
    secureHeaders({
      contentSecurityPolicy: POLICY,
      referrerPolicy: "no-referrer",
      // Plain http: a browser would complain about these on any address but this machine's.
      strictTransportSecurity: false,
      crossOriginOpenerPolicy: false,
      originAgentCluster: false,
    }),
  );
  app.use(async (context, next) => {
    await next();
    if (context.res !== RESPONSE_ALREADY_SENT) context.header("cache-control", "no-store");
  });
  app.use(async (context, next) => {
    if (!answersTo(context.req.header("host"))) return context.text(NOT_OUR_NAME, 403);
    return await next();
  });
  app.get("/livez", (context) => context.text("alive\n"));
  app.get("/readyz", (context) => readinessReply(context, reasonsNotReady(watched)));
  app.get("/metrics", async (context) =>
    context.body(await metrics.scrape(), 200, { "content-type": metrics.contentType }),
  );
  app.get("/live", (context) => {
    if (context.req.method === "HEAD") return context.body(null);
    if (feed.isFull) return context.text("Too many browsers watch this agent.\n", 503, { "retry-after": "30" });
    feed.add(context.env.outgoing);
    return RESPONSE_ALREADY_SENT;
  });
  app.post("/dead-letters/replay", limited, (context) => replay(context, watched));
  const serve = (context: Context, name: string) => {
    const file = files.get(name);
    return file ? context.body(file.text, 200, { "content-type": file.contentType }) : context.notFound();
  };
  app.get("/", (context) => serve(context, "index.html"));
  app.get("/page/:file", (context) => serve(context, context.req.param("file")));
  app.notFound((context) => context.text("There is /, /livez, /readyz and /metrics.\n", 404));
  app.onError((error, context) => {
    failed(error);
    return context.text("The service failed to answer; see the agent's log.\n", 500);
  });
  return app;
}
