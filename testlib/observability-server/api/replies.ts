import { randomUUID } from "node:crypto";

/** A whole answer, ready to send. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The `error` text of a refusal. */
  readonly error?: string;
}

const json = { "content-type": "application/json" };

const noContent = (contentType: string): Reply => ({ status: 204, headers: { "content-type": contentType }, body: "" });

function refusal(status: number, error: string): Reply {
  return { status, headers: json, body: JSON.stringify({ error, details: {} }), error };
}

// The texts are the real server's, letter by letter, trailing backticks included.
export const eventAccepted = noContent("application/json");
export const heartbeatAccepted = noContent("text/html; charset=utf-8");
export const preflight = noContent("text/html; charset=utf-8");
export const healthy: Reply = { status: 200, headers: json, body: "{}" };
export const notReady: Reply = { status: 500, headers: json, body: "{}" };

export const invalidKey = refusal(401, "Invalid service account key");
export const notAuthorized = refusal(
  401,
  "The server could not verify that you are authorized to access the URL requested. You either supplied the wrong credentials (e.g. a bad password), or your browser doesn't understand how to supply the credentials required.",
);
export const notFound = refusal(
  404,
  "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.",
);
export const tooLarge = refusal(413, "Request Entity Too Large");
export const wrongContentType = refusal(400, "Invalid content-type. Expected `application/json`");
export const unparsable = refusal(400, "The browser (or proxy) sent a request that this server could not understand.");
export const invalidSource = refusal(
  400,
  "Invalid EVENT-SOURCE. Valid EVENT-SOURCE: API, USER, SCHEDULER, RULES_ENGINE, UNKNOWN.",
);

/** @param error the error structure, as `checkBody` prints it */
export const invalidEvent = (error: string): Reply => refusal(400, `Invalid request: ${error}`);
export const invalidHeartbeat = (error: string): Reply => refusal(400, error);

/** The answer when the broker behind the events service does not take the event. */
export function brokerFailure(): Reply {
  const error = "An error has occurred; event could not be processed";
  const body = { error, details: "The event broker is unreachable.", timestamp: new Date().toUTCString() };
  return { status: 500, headers: json, body: JSON.stringify(body), error };
}

/** The answer to anything unforeseen. */
export function internalError(message: string): Reply {
  const error = "An error has occurred; consult the application logs for more details.";
  const details = { message, timestamp: new Date().toUTCString() };
  return { status: 500, headers: json, body: JSON.stringify({ error, error_id: randomUUID(), details }), error };
}

/** An answer of the proxy in front of the server: HTML, as proxies send it. */
export function proxyReply(status: number, title: string, headers: Readonly<Record<string, string>> = {}): Reply {
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, headers: { "content-type": "text/html", ...headers }, body, error: title };
}
