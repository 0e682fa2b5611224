export type Fate = "delivered" | "refused" | "unauthorized" | "retry";

/** The server looked at the event and will never take it. */
const REFUSED = new Set([400, 413, 422]);
const UNAUTHORIZED = new Set([401, 403]);

/**
 * What an answer means for the event. Anything unknown is sent again: a 404 or a redirect says that the base address is
 * wrong or something stands in between, and a wrong address must not cost events.
 */
export function fateOf(status: number): Fate {
  if (status >= 200 && status < 300) return "delivered";
  if (REFUSED.has(status)) return "refused";
  return UNAUTHORIZED.has(status) ? "unauthorized" : "retry";
}
