import { AgentError, type Secret } from "../../../toolkit/index.ts";
import type { Authenticator } from "./authenticator.ts";

/**
 * `Authorization: Basic …`, in UTF-8.
 * @throws {AgentError} `E_AUTH_USERNAME` for a name with a colon: the server would take its end for the password's begin
 */
export function basicAuth(username: string, password: Secret | string): Authenticator {
  if (username.includes(":")) {
    throw new AgentError("E_AUTH_USERNAME", 'A user name for Basic authentication cannot have a colon (":") in it.');
  }
  const text = typeof password === "string" ? password : password.reveal();
  const headers = { authorization: `Basic ${Buffer.from(`${username}:${text}`).toString("base64")}` };
  return {
    *headers() {
      return headers;
    },
  };
}
