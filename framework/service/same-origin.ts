/**
 * Does a request come from our own page? Any web page can make a browser send one here, but not with this content type
 * without asking first, and never without naming its origin.
 */
export function isFromOwnPage(headers: Headers): boolean {
  const origin = URL.parse(headers.get("origin") ?? "");
  const site = headers.get("sec-fetch-site") ?? "same-origin"; // not sent to plain http addresses other than this machine's
  const isJson = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() === "application/json";
  return isJson && site === "same-origin" && origin !== null && isAt(origin, headers.get("host"));
}

/** A `Host` may be in capitals, and may name the port that goes without saying. */
function isAt({ protocol, host }: URL, named: string | null): boolean {
  if (!/^https?:$/.test(protocol)) return false; // the host of others may be empty, or anything
  return URL.parse(`${protocol}//${named ?? ""}`)?.host === host;
}
