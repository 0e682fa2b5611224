import type { Secret } from "../../../toolkit/index.ts";
import type { Authenticator } from "./authenticator.ts";

/** `Authorization: Basic …`, in UTF-8. */
export function basicAuth(username: string, password: Secret | string): Authenticator {
  const text = typeof password === "string" ? password : password.reveal();
  const headers = { authorization: `Basic ${Buffer.from(`${username}:${text}`).toString("base64")}` };
  return {
    *headers() {
      return headers;
    },
  };
}
