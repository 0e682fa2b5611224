import { z } from "zod";
import type { HttpResponse } from "../http/index.ts";

export type Fate = "delivered" | "refused" | "unauthorized" | "retry";

/** The server looked at the event and will never take it, if it is the server that says so. */
const REFUSED = new Set([400, 422]);
/** Also a proxy's word is good: it looks at nothing but the event's size. */
const TOO_LARGE = 413;
const UNAUTHORIZED = new Set([401, 403]);

/** What every refusal of the API looks like. @see observability-api.md, section 3 */
const Refusal = z.object({ error: z.string() });

/**
 * What an answer means for the event. Anything unknown is sent again: a 404, a redirect or a 400 in other words than the
 * API's say that the base address is wrong or something stands in between, and a wrong address must not cost events.
 */
export function fateOf(answer: HttpResponse): Fate {
  const { status } = answer;
  if (status >= 200 && status < 300) return "delivered";
  if (status === TOO_LARGE || (REFUSED.has(status) && isFromApi(answer))) return "refused";
  return UNAUTHORIZED.has(status) ? "unauthorized" : "retry";
}

function isFromApi(answer: HttpResponse): boolean {
  try {
    return Refusal.safeParse(answer.json()).success;
  } catch {
    return false; // not JSON at all
  }
}
