import type { Context } from "hono";
import { z } from "zod";
import { isFromOwnPage } from "./same-origin.ts";
import type { Watched } from "./watched.ts";

const MAX_IDS = 1_000;

const Replay = z.strictObject({ ids: z.union([z.literal("all"), z.array(z.int().min(0)).min(1).max(MAX_IDS)]) });

const NOT_OUR_PAGE =
  "Only the status page itself may do this. Behind a proxy, let that pass the browser's Host header on, with service_host " +
  'in [core] set to an address that is not this machine\'s alone; or use the command "dlq replay".';

/** Queues dead letters again. */
export async function replay(context: Context, { delivery, replayEnabled }: Watched): Promise<Response> {
  if (!replayEnabled) return problem(context, 403, "Replaying is off. Set service_replay_enabled = true in [core].");
  if (!isFromOwnPage(context.req.raw.headers)) return problem(context, 403, NOT_OUR_PAGE);
  const asked = Replay.safeParse(await context.req.json().catch(() => undefined));
  if (!asked.success) return problem(context, 400, 'Send {"ids": "all"} or {"ids": [1, 2]}.');
  return context.json({ replayed: await delivery.replay(asked.data.ids) });
}

function problem(context: Context, status: 400 | 403, error: string): Response {
  return context.json({ error }, status);
}
