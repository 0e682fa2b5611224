import type { Secret } from "../../../toolkit/index.ts";
import type { Authenticator } from "./authenticator.ts";

export interface TokenAuthOptions {
  /** What stands before the token, "Bearer" by default; empty for the token alone. */
  readonly prefix?: string;
  readonly header?: string;
}

/** A fixed token in a header: `Authorization: Bearer …` unless told otherwise. */
export function tokenAuth(
  token: Secret,
  { prefix = "Bearer", header = "authorization" }: TokenAuthOptions = {},
): Authenticator {
  const headers = Object.freeze({ [header]: `${prefix} ${token.reveal()}`.trim() });
  return {
    *headers() {
      return headers;
    },
  };
}

/** How the Observability API wants to be asked: the bare key in a header of its own. */
export function serviceAccountKeyAuth(key: Secret): Authenticator {
  return tokenAuth(key, { prefix: "", header: "ServiceAccountAuthenticationKey" });
}
