import { STATUS_CODES } from "node:http";
import type { Sight } from "../exposure/index.ts";
import type { DatabricksFault } from "../faults/index.ts";
import type { ReplyObject } from "../workspace/index.ts";
import { type ApiError, usualError } from "./api-error.ts";

/** An answer that is not yet text. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A text is sent as it is. */
  readonly body: ReplyObject | string;
  /** What it shows of runs and tasks. */
  readonly sights: readonly Sight[];
}

const json = { "content-type": "application/json" };

export function goodReply(body: ReplyObject, sights: readonly Sight[] = []): Reply {
  return { status: 200, headers: json, body, sights };
}

export function errorReply({ status, body }: ApiError): Reply {
  return { status, headers: json, body, sights: [] };
}

type ScriptedAnswer = Extract<DatabricksFault, { readonly status: number }>;

/** The API's own answer with a status, or that of a proxy before it. */
export function scriptedReply({ status, headers = {}, errorCode, message, body }: ScriptedAnswer): Reply {
  const isProxy = status > 500 && status !== 503;
  const usual = isProxy ? proxyReply(status) : errorReply(usualError(status, errorCode, message));
  return { ...usual, headers: { ...usual.headers, ...headers }, body: body ?? usual.body };
}

function proxyReply(status: number): Reply {
  const title = `${status} ${STATUS_CODES[status] ?? "Unknown"}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body><h1>${title}</h1></body>\r\n</html>\r\n`;
  return { status, headers: { "content-type": "text/html" }, body, sights: [] };
}
