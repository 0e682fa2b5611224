import type { Context } from "hono";
import type { Reason } from "./readiness.ts";

/** JSON for programs; plain text for who asks for text, such as a browser. */
export function readinessReply(context: Context, reasons: readonly Reason[]): Response {
  const status = reasons.length === 0 ? 200 : 503;
  if (prefersText(context.req.header("accept"))) return context.text(toText(reasons), status);
  return context.json({ ready: reasons.length === 0, reasons }, status);
}

function prefersText(accept = ""): boolean {
  return /\btext\/(?:plain|html|\*)/.test(accept) && !/\bjson\b/.test(accept);
}

function toText(reasons: readonly Reason[]): string {
  if (reasons.length === 0) return "ready\n";
  return `not ready\n${reasons.map(({ subject, reason }) => `- ${subject}: ${reason}\n`).join("")}`;
}
