import { STATUS_CODES } from "node:http";
import type { Fault } from "../faults.ts";
import { brokerFailure, invalidKey, notFound, proxyReply, type Reply, tooLarge } from "./replies.ts";

/** What a fault does before the request is looked at: answers, hangs, resets, closes, or nothing yet. */
export function faultReply(fault: Fault): Reply | "hang" | "reset" | "close" | undefined {
  if ("status" in fault) return scripted(fault);
  if ("hang" in fault && fault.hang === "before") return "hang";
  if ("reset" in fault && fault.reset === "before") return "reset";
  if ("close" in fault && fault.close === "before") return "close";
  return undefined;
}

function scripted({ status, headers = {}, body }: Extract<Fault, { readonly status: number }>): Reply {
  const usual = usualReply(status);
  return { ...usual, headers: { ...usual.headers, ...headers }, body: body ?? usual.body };
}

/** The server's own answer where it has one for this status, else its proxy's. */
function usualReply(status: number): Reply {
  if (status < 400) return { status, headers: {}, body: "" };
  if (status === 401) return invalidKey;
  if (status === 404) return notFound;
  if (status === 413) return tooLarge;
  if (status === 500) return brokerFailure();
  return proxyReply(status, `${status} ${STATUS_CODES[status] ?? "Unknown"}`);
}
