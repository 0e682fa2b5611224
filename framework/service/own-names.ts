import type { Server } from "node:http";

/** Is this host, as a URL or `server.address()` has it, this machine and nothing else? */
function isLoopback(host: string): boolean {
  return /^(?:localhost\.?|127(?:\.\d+){3}|\[?::1\]?)$/.test(host);
}

/**
 * Does the server answer to the name in a request's `Host`? One that only this machine reaches has only this machine's
 * names, and the one it was given. Any other is a stranger's, who has had it resolved to 127.0.0.1: to a browser on this
 * machine his web page and our service are then of the same origin (DNS rebinding).
 */
export function answersTo(server: Server, givenName: string, host: string | undefined): boolean {
  const bound = server.address();
  if (bound === null || typeof bound === "string" || !isLoopback(bound.address)) return true;
  if (!host) return true; // HTTP/1.0: every browser names the host
  const name = URL.parse(`http://${host}`)?.hostname;
  return name !== undefined && (isLoopback(name) || name === givenName.toLowerCase());
}
