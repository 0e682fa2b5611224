import type { RequestListener } from "node:http";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { type Context, Hono, type HonoRequest, type Next } from "hono";
import { type Auth, type SignInReply, signInToDatabricks, signInToEntra } from "../auth/index.ts";
import type { Exposures } from "../exposure/index.ts";
import type { DatabricksFaults } from "../faults/index.ts";
import type { Traffic } from "../traffic/index.ts";
import type { ReplyObject, Workspace } from "../workspace/index.ts";
import { ApiError, endpointNotFound, usualError } from "./api-error.ts";
import type { Call } from "./call.ts";
import { Exchange } from "./exchange.ts";
import { getJob, listJobs } from "./jobs.ts";
import { Parameters } from "./parameters.ts";
import { Pauses } from "./pauses.ts";
import { errorReply, goodReply, scriptedReply } from "./reply.ts";
import { getOutput, getRun, listRuns } from "./runs.ts";
import { Viewer } from "./viewer.ts";

export interface AppParts {
  readonly workspace: Workspace;
  readonly auth: Auth;
  readonly faults: DatabricksFaults;
  readonly traffic: Traffic;
  readonly exposures: Exposures;
  /** What `#job/…` is put after. */
  readonly pageUrl: string;
  /** Version 2.1 shows lists in pages as well. */
  readonly pagesLists21: boolean;
  /** Lets the story happen that is due. */
  readonly catchUp: () => void;
}

type Env = { Bindings: HttpBindings; Variables: { exchange: Exchange } };

export interface App {
  readonly handle: RequestListener;
  /** Forgets the answers that still wait for their time. */
  close(): void;
}

/** The Jobs API, and two sign-in services on the same port. */
export function createApp(parts: AppParts): App {
  const pauses = new Pauses();
  const app = new Hono<Env>();
  app.use((context, next) => meet(context, next, parts, pauses));
  addJobsApi(app, parts);
  addSignIn(app, parts);
  app.notFound((context) =>
    context.get("exchange").send(errorReply(endpointNotFound(context.req.method, context.req.path))),
  );
  app.onError((error, context) => {
    const refusal = error instanceof ApiError ? error : usualError(500, undefined, String(error));
    return context.get("exchange").send(errorReply(refusal));
  });
  // A request that is cut off needs no cleaning up, which takes timers: its body is read before anything else.
  const handle = getRequestListener(app.fetch, { autoCleanupIncoming: false, overrideGlobalObjects: false });
  return { handle, close: () => pauses.close() };
}

/** Notes the request, and lets it meet the fault that waits for it. */
async function meet(context: Context<Env>, next: Next, parts: AppParts, pauses: Pauses): Promise<Response | undefined> {
  const { faults, traffic, workspace, exposures, auth } = parts;
  const { incoming, outgoing } = context.env;
  const request = traffic.begin(incoming, outgoing);
  if (request.method === "POST") request.form = await readForm(context.req);
  const fault = faults.take(request);
  const exchange = new Exchange(request, fault, { response: outgoing, clock: workspace.clock, exposures });
  context.set("exchange", exchange);
  await pauses.pause(faults.latencyMs + (fault !== undefined && "delayMs" in fault ? fault.delayMs : 0));
  if (fault !== undefined) {
    if ("revoke" in fault) auth.revoke();
    if ("hang" in fault) return exchange.hang();
    if ("reset" in fault && fault.reset === "before") return exchange.reset();
    if ("status" in fault) return exchange.send(scriptedReply(fault));
  }
  await next();
  return undefined;
}

/** @returns what has come of it when the client goes away: nothing */
async function readForm(request: HonoRequest): Promise<Readonly<Record<string, string>>> {
  const text = await request.text().catch(() => "");
  return Object.fromEntries(new URLSearchParams(text));
}

function addJobsApi(app: Hono<Env>, parts: AppParts): void {
  const get = (path: string, answer: (call: Call) => ReplyObject) =>
    app.get(`/api/:version{2\\.[12]}/jobs/${path}`, (context) => {
      const call = toCall(context, parts);
      return context.get("exchange").send(goodReply(answer(call), call.viewer.sights));
    });
  get("runs/list", listRuns);
  get("runs/get", getRun);
  get("runs/get-output", getOutput);
  get("list", listJobs);
  get("get", getJob);
}

function toCall(context: Context<Env>, { auth, catchUp, workspace, pageUrl, pagesLists21 }: AppParts): Call {
  const user = auth.check(context.req.header("authorization"));
  catchUp();
  const { version = "2.1" } = context.get("exchange").request;
  const viewer = new Viewer(version, version === "2.2" || pagesLists21);
  return { parameters: new Parameters(new URL(context.req.url).searchParams), workspace, viewer, pageUrl, user };
}

function addSignIn(app: Hono<Env>, { auth }: AppParts): void {
  const answer = (context: Context<Env>, { status, body }: SignInReply) =>
    context.get("exchange").send({ ...goodReply(body), status });
  const formOf = (context: Context<Env>) => context.get("exchange").request.form ?? {};
  app.post("/oidc/v1/token", (context) =>
    answer(context, signInToDatabricks(auth, context.req.header("authorization"), formOf(context))),
  );
  app.post("/entra/:tenant/oauth2/v2.0/token", (context) =>
    answer(context, signInToEntra(auth, context.req.param("tenant"), formOf(context))),
  );
}
