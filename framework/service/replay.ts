import type { Context } from "hono";
import { z } from "zod";
import { isFromOwnPage } from "./same-origin.ts";
import type { Watched } from "./watched.ts";

const MAX_IDS = 1_000;

const Replay = z.strictObject({ ids: z.union([z.literal("all"), z.array(z.int().min(0)).min(1).max(MAX_IDS)]) });

/** Queues dead letters again. */
export async function replay(context: Context, { delivery, replayEnabled }: Watched): Promise<Response> {
  if (!replayEnabled) return problem(context, 403, "Replaying is off. Set service_replay_enabled = true in [core].");
  if (!isFromOwnPage(context.req.raw.headers)) return problem(context, 403, "Only the status page itself may do this.");
  const asked = Replay.safeParse(await context.req.json().catch(() => undefined));
  if (!asked.success) return problem(context, 400, 'Send {"ids": "all"} or {"ids": [1, 2]}.');
  return context.json({ replayed: await delivery.replay(asked.data.ids) });
}

function problem(context: Context, status: 400 | 403, error: string): Response {
  return context.json({ error }, status);
}
